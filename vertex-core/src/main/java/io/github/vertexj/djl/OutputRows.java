package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Copies a model's outputs out of native memory and splits them into predictions. */
final class OutputRows {
  private OutputRows() {}

  /**
   * Returns one prediction per instance; those of one output share an array of bytes.
   *
   * @throws IllegalStateException if an output is not one row per instance, or of no type we know
   */
  static List<Tensors> split(TorchScript.Answer answer, int instances) {
    List<Tensor> outputs = new ArrayList<>(answer.tensors().size());
    for (int i = 0; i < answer.tensors().size(); i++) {
      outputs.add(copy(answer.tensors().get(i), answer.names().get(i), instances));
    }
    List<Tensors> predictions = new ArrayList<>(instances);
    for (int row = 0; row < instances; row++) {
      predictions.add(row(answer, outputs, row));
    }
    return predictions;
  }

  private static Tensors row(TorchScript.Answer answer, List<Tensor> outputs, int row) {
    return switch (answer.form()) {
      case TENSOR -> Tensors.of(outputs.get(0).row(row));
      case SEQUENCE -> Tensors.ordered(rows(outputs, row));
      case DICTIONARY -> Tensors.named(answer.names(), rows(outputs, row));
    };
  }

  private static List<Tensor> rows(List<Tensor> outputs, int row) {
    List<Tensor> rows = new ArrayList<>(outputs.size());
    outputs.forEach(output -> rows.add(output.row(row)));
    return rows;
  }

  private static Tensor copy(NDArray output, String name, int instances) {
    long[] dimensions = output.getShape().getShape();
    if (dimensions.length == 0 || dimensions[0] != instances) {
      throw new IllegalStateException(
          "%s has the shape %s for %d instances: its first dimension must be the batch, %d"
              .formatted(label(name), output.getShape(), instances, instances));
    }
    NDArray known = known(output, name);
    TensorType type = type(known.getDataType());
    if (known.getShape().size() * type.bytes() > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalStateException(
          label(name) + " is larger than 2 GiB: lower batch_size in serving.properties");
    }
    Shape shape = Shape.of(Arrays.stream(dimensions).mapToInt(Math::toIntExact).toArray());
    return Tensor.view(type, shape, bytes(known, shape.elements() * type.bytes()), 0);
  }

  private static byte[] bytes(NDArray array, int length) {
    byte[] bytes = new byte[length];
    if (length > 0) {
      ByteBuffer view = array.toByteBuffer(true);
      view.get(bytes);
    }
    return bytes;
  }

  /** The output in a type that we know; the others are named and not touched. */
  private static NDArray known(NDArray output, String name) {
    return switch (output.getDataType()) {
      case FLOAT32, FLOAT64, INT32, INT64, UINT8, BOOLEAN -> output;
      case INT8 -> output.toType(DataType.INT32, false);
      default -> throw unservable(name);
    };
  }

  /** What to throw for an output whose elements are of a type that nobody can be given. */
  static IllegalStateException unservable(String name) {
    return new IllegalStateException(
        label(name)
            + " is of an element type that cannot be served: convert it to float32 in forward");
  }

  private static TensorType type(DataType type) {
    return switch (type) {
      case FLOAT32 -> TensorType.FLOAT32;
      case FLOAT64 -> TensorType.FLOAT64;
      case INT32 -> TensorType.INT32;
      case INT64 -> TensorType.INT64;
      case UINT8 -> TensorType.UINT8;
      case BOOLEAN -> TensorType.BOOL;
      default -> throw new IllegalStateException("not a type of ours: " + type);
    };
  }

  private static String label(String name) {
    return name.isEmpty() ? "the model's output" : "the model's output '" + name + "'";
  }
}
