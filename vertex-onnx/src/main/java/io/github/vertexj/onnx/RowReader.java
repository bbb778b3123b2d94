package io.github.vertexj.onnx;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows from JSON: an object by columns, or the value itself where the model has one input.
 *
 * <p>Thread-safe.
 */
record RowReader(RowLayout layout)
    implements InstanceReader.Streaming.Function<Map<String, @Nullable Object>> {
  private static final int DEEPEST = 16;

  @Override
  public Map<String, @Nullable Object> read(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> row =
        parser.currentToken() == JsonToken.START_OBJECT ? object(parser) : bare(parser);
    layout.cells(row);
    return row;
  }

  private Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String column = parser.currentName();
      if (row.containsKey(column)) {
        throw new InvalidInputException("the column " + column + " occurs twice");
      }
      parser.nextToken();
      row.put(column, value(parser, 0));
    }
    return row;
  }

  private Map<String, @Nullable Object> bare(JsonParser parser) throws IOException {
    List<Signature.Input> inputs = layout.signature().inputs();
    if (inputs.size() > 1) {
      throw new InvalidInputException(
          "an instance must be an object of the columns " + String.join(", ", layout.columns()));
    }
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put(inputs.get(0).name(), value(parser, 0));
    return row;
  }

  private static @Nullable Object value(JsonParser parser, int depth) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case START_ARRAY -> array(parser, depth + 1);
      default ->
          throw new InvalidInputException(
              "a value must be text, a number, true, false, null or an array of those");
    };
  }

  private static List<@Nullable Object> array(JsonParser parser, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new InvalidInputException("arrays are nested deeper than " + DEEPEST);
    }
    List<@Nullable Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser, depth));
    }
    return elements;
  }
}
