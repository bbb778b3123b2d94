package io.github.vertexj.onnx;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.proof.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one output of a model answered to the rows of a batch, in memory of our own. */
sealed interface RowAnswer {

  /**
   * Returns the part of one row: a {@code Number}, {@code Boolean}, {@code String}, {@link Tensor},
   * list or map.
   *
   * @param count the number of rows
   * @throws IllegalStateException if there is not one part for each row
   */
  Object of(int row, int count);

  /** Returns the answer as a proof of batches compares it. */
  Output output();

  /** Returns the answer for the first rows only: the others filled up the batch. */
  RowAnswer first(int count);

  /** Copies an output. */
  static RowAnswer read(String name, OnnxValue value) throws OrtException {
    if (value instanceof OnnxSequence sequence) {
      return sequence.getInfo().isSequenceOfMaps()
          ? new Maps(name, OutputTensors.list(sequence, OutputTensors::map))
          : new Whole(name, OutputTensors.list(sequence, element -> whole(name, element)));
    }
    if (value instanceof OnnxMap) {
      return new Whole(name, named(OutputTensors.map(value)));
    }
    OnnxTensor tensor = (OnnxTensor) value;
    if (ElementType.STRING == ElementType.of(tensor.getInfo())) {
      return new Text(name, shape(tensor), OutputTensors.text(tensor));
    }
    return new Numbers(name, OutputTensors.numbers(name, tensor));
  }

  private static Shape shape(OnnxTensor tensor) {
    return Shape.of(
        Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray());
  }

  private static Object whole(String name, OnnxValue element) throws OrtException {
    OnnxTensor tensor = (OnnxTensor) element;
    return ElementType.STRING == ElementType.of(tensor.getInfo())
        ? Text.nested(shape(tensor), OutputTensors.text(tensor), 0)
        : OutputTensors.numbers(name, tensor);
  }

  private static Map<String, Object> named(Map<Object, Object> map) {
    Map<String, Object> named = new LinkedHashMap<>();
    map.forEach((key, value) -> named.put(String.valueOf(key), value));
    return named;
  }

  private static void requireRows(String name, Shape shape, int count) {
    if (shape.rank() == 0 || shape.dimension(0) != count) {
      throw new IllegalStateException(
          "the model's output %s has the shape %s for %d rows: its first dimension must be the batch"
              .formatted(name, shape, count));
    }
  }

  /** A tensor of numbers. */
  record Numbers(String name, Tensor tensor) implements RowAnswer {
    @Override
    public Object of(int row, int count) {
      requireRows(name, tensor.shape(), count);
      Tensor part = tensor.row(row);
      if (part.shape().rank() > 0) {
        return part;
      }
      return switch (part.type()) {
        case BOOL -> part.integer(0) != 0;
        case FLOAT32 -> (float) part.number(0);
        case FLOAT64 -> part.number(0);
        default -> part.integer(0);
      };
    }

    @Override
    public Output output() {
      return Output.of(tensor);
    }

    @Override
    public RowAnswer first(int count) {
      return new Numbers(name, OutputTensors.first(tensor, count));
    }
  }

  /** A tensor of text. */
  record Text(String name, Shape shape, List<String> elements) implements RowAnswer {
    @Override
    public Object of(int row, int count) {
      requireRows(name, shape, count);
      Shape part = shape.dropFirst();
      return nested(part, elements, row * part.elements());
    }

    /** The elements from a place on, nested by a shape. */
    static Object nested(Shape shape, List<String> elements, int from) {
      if (shape.rank() == 0) {
        return elements.get(from);
      }
      Shape inner = shape.dropFirst();
      List<Object> nested = new ArrayList<>(shape.dimension(0));
      for (int i = 0; i < shape.dimension(0); i++) {
        nested.add(nested(inner, elements, from + i * inner.elements()));
      }
      return nested;
    }

    @Override
    public Output output() {
      long[] hashes =
          elements.stream().limit(shape.elements()).mapToLong(String::hashCode).toArray();
      Tensor flat = Tensor.of(hashes);
      return Output.of(Tensor.view(TensorType.INT64, shape, flat.bytes().array(), 0));
    }

    @Override
    public RowAnswer first(int count) {
      if (shape.rank() == 0 || shape.dimension(0) <= count) {
        return this;
      }
      int[] dimensions = shape.toArray();
      dimensions[0] = count;
      return new Text(name, Shape.of(dimensions), elements);
    }
  }

  /** A map for each row. */
  record Maps(String name, List<Map<Object, Object>> maps) implements RowAnswer {
    @Override
    public Object of(int row, int count) {
      if (maps.size() != count) {
        throw new IllegalStateException(
            "the model's output %s has %d maps for %d rows".formatted(name, maps.size(), count));
      }
      return named(maps.get(row));
    }

    @Override
    public Output output() {
      List<Output> parts = new ArrayList<>();
      maps.forEach(map -> parts.add(output(map)));
      return Output.list(parts);
    }

    @Override
    public RowAnswer first(int count) {
      return new Maps(name, maps.size() <= count ? maps : maps.subList(0, count));
    }

    private static Output output(Map<Object, Object> map) {
      List<Output> values = new ArrayList<>();
      for (Object value : map.values()) {
        double number = value instanceof Number known ? known.doubleValue() : value.hashCode();
        values.add(Output.of(Tensor.of(new double[] {number})));
      }
      return Output.named(map.keySet().stream().map(String::valueOf).toList(), values);
    }
  }

  /** What has no part for each row, and so belongs to the only one. */
  record Whole(String name, Object value) implements RowAnswer {
    @Override
    public Object of(int row, int count) {
      if (count != 1) {
        throw new IllegalStateException("the model's output " + name + " is one for all rows");
      }
      return value;
    }

    @Override
    public Output output() {
      throw new IllegalStateException("the model's output " + name + " is one for all rows");
    }

    @Override
    public RowAnswer first(int count) {
      return this;
    }
  }
}
