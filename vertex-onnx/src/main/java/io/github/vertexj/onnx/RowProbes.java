package io.github.vertexj.onnx;

import io.github.vertexj.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes rows up to try a model on: harmless to it, and different from one another. */
final class RowProbes {
  private static final int COUNT = 5;
  private static final int OPEN_SIZE = 3;
  private static final double LARGEST = 50; // such as an age

  private RowProbes() {}

  /** Returns sets of rows by input; none if the shape of one is not known. */
  static List<List<Map<String, @Nullable Object>>> of(Signature signature) {
    if (signature.inputs().stream().anyMatch(input -> input.shape() == null)) {
      return List.of();
    }
    List<List<Map<String, @Nullable Object>>> sets = new ArrayList<>();
    for (double largest : new double[] {LARGEST, 1}) {
      Random random = new Random(1);
      List<Map<String, @Nullable Object>> rows = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (Signature.Input input : signature.inputs()) {
          row.put(input.name(), value(input, input.shape(), largest, random));
        }
        rows.add(row);
      }
      sets.add(rows);
    }
    return sets;
  }

  private static Object value(
      Signature.Input input, @Nullable Shape shape, double largest, Random random) {
    if (shape == null || shape.rank() == 0) {
      return switch (input.type()) {
        case STRING -> random.nextInt(2) == 0 ? "" : "a";
        case BOOL -> random.nextBoolean();
        case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> random.nextDouble() * largest;
        default -> random.nextInt(2);
      };
    }
    int size = shape.dimension(0) == Shape.ANY ? OPEN_SIZE : shape.dimension(0);
    List<Object> elements = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      elements.add(value(input, shape.dropFirst(), largest, random));
    }
    return elements;
  }
}
