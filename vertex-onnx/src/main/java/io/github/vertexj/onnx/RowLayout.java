package io.github.vertexj.onnx;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Shape;
import io.github.vertexj.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a row is written: an object with a field for each input of the model, or for each element of
 * its only input where those have names.
 *
 * <p>Immutable and thread-safe.
 *
 * @param columns the names of the fields
 */
record RowLayout(Signature signature, List<String> columns, boolean oneInput) {
  private static final int LONGEST_NAME = 64;

  /**
   * Returns the layout of a model.
   *
   * @param columns the names of the only input's elements; none if it is not one of named ones
   * @throws StartException if there are not as many names as the input has elements
   */
  static RowLayout of(Signature signature, List<String> columns) {
    if (columns.isEmpty()) {
      return new RowLayout(
          signature, signature.inputs().stream().map(Signature.Input::name).toList(), false);
    }
    List<Signature.Input> inputs = signature.inputs();
    Shape shape = inputs.size() == 1 ? inputs.get(0).shape() : null;
    boolean row = shape != null && shape.rank() == 1;
    int size = shape != null && row ? shape.dimension(0) : 0;
    if (!row || (size != Shape.ANY && size != columns.size())) {
      throw new StartException(
          "%s in serving.properties names %d columns, but the model's inputs are %s; it is for a model with one input of as many elements a row"
              .formatted(OnnxSettings.COLUMNS, columns.size(), inputs));
    }
    return new RowLayout(signature, columns, true);
  }

  /**
   * Returns the cells of a row, one for each input of the model.
   *
   * @param row the values by column; or, of a model with one input, all by that input's name
   * @throws InvalidInputException naming the column that is missing, unknown or wrong
   */
  List<Cells> cells(Map<String, ? extends @Nullable Object> row) {
    List<Signature.Input> inputs = signature.inputs();
    if (oneInput) {
      Signature.Input input = inputs.get(0);
      return List.of(
          row.size() == 1 && row.containsKey(input.name()) && !columns.contains(input.name())
              ? Cells.of(input.name(), input, row.get(input.name()))
              : named(row, input));
    }
    requireKnown(row);
    List<Cells> cells = new ArrayList<>(inputs.size());
    for (Signature.Input input : inputs) {
      cells.add(Cells.of(input.name(), input, value(row, input.name())));
    }
    return cells;
  }

  private Cells named(Map<String, ? extends @Nullable Object> row, Signature.Input input) {
    requireKnown(row);
    Signature.Input element = new Signature.Input(input.name(), input.type(), Shape.SCALAR);
    List<Object> elements = new ArrayList<>(columns.size());
    for (String column : columns) {
      elements.addAll(Cells.of(column, element, value(row, column)).elements());
    }
    return new Cells(Shape.of(columns.size()), elements);
  }

  private static @Nullable Object value(
      Map<String, ? extends @Nullable Object> row, String column) {
    Object value = row.get(column);
    if (value == null && !row.containsKey(column)) {
      throw new InvalidInputException(
          "the column " + column + " is missing; write null where its value is not known");
    }
    return value;
  }

  private void requireKnown(Map<String, ? extends @Nullable Object> row) {
    for (String name : row.keySet()) {
      if (!columns.contains(name)) {
        throw new InvalidInputException(
            "the column %s is unknown; the model's are %s"
                .formatted(
                    name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name,
                    String.join(", ", columns)));
      }
    }
  }
}
