package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Rows of a CSV file with a header: each an array in the order of the columns, quoted cells as
 * strings, others as numbers (C5.6).
 */
record CsvInput(Path file, InstanceFields fields) implements BatchInput {
  private static final Pattern CELL =
      Pattern.compile("\\G(?:^|,)(?:\"((?:[^\"]|\"\")*)\"|([^,\"]*))(?=,|$)");

  @Override
  public Stream<BatchItem> open() throws IOException {
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("a CSV file begins with a row of column names");
    }
    List<String> columns = new ArrayList<>();
    cells(lines.get(0), 1, false).forEach(cell -> columns.add(cell.asText()));
    List<BatchItem> items = new ArrayList<>();
    for (int row = 1; row < lines.size(); row++) {
      if (!lines.get(row).isBlank()) {
        items.add(item(columns, cells(lines.get(row), row + 1, true), row + 1));
      }
    }
    return items.stream();
  }

  @Override
  public boolean splits() {
    return false;
  }

  private BatchItem item(List<String> columns, ArrayNode cells, int row) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          "row %d has %d cells, but there are %d columns"
              .formatted(row, cells.size(), columns.size()));
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (int column = 0; column < columns.size(); column++) {
      object.set(columns.get(column), cells.get(column));
    }
    BatchItem item = fields.item(object);
    return new BatchItem(values(item.instance()), values(item.shown()), item.key());
  }

  private static ArrayNode values(JsonNode object) {
    ArrayNode values = JsonNodeFactory.instance.arrayNode();
    object.forEach(values::add);
    return values;
  }

  private static ArrayNode cells(String line, int row, boolean numbers) {
    ArrayNode cells = JsonNodeFactory.instance.arrayNode();
    Matcher cell = CELL.matcher(line);
    int end = 0;
    while (cell.find()) {
      end = cell.end();
      if (cell.group(1) != null) {
        cells.add(cell.group(1).replace("\"\"", "\""));
      } else if (numbers) {
        cells.add(number(cell.group(2), row));
      } else {
        cells.add(cell.group(2).strip());
      }
    }
    if (end < line.length()) {
      throw new IllegalArgumentException("row " + row + " has a quote in a wrong place");
    }
    return cells;
  }

  private static double number(String cell, int row) {
    try {
      return Double.parseDouble(cell.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "row " + row + " has an unquoted cell that is no number; strings need quotes", e);
    }
  }
}
