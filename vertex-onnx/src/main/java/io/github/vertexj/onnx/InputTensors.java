package io.github.vertexj.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;

/**
 * Stacks instances in memory outside the Java heap that is used again for each batch, and which
 * ONNX Runtime reads in place.
 *
 * <p>Not thread-safe.
 */
final class InputTensors {
  private final Signature signature;
  private final NativeMemory memory = new NativeMemory();

  InputTensors(Signature signature) {
    this.signature = signature;
  }

  /**
   * Stacks instances on a first dimension, filled up with the last one where the model's is fixed.
   *
   * @return a tensor for each input, to be closed
   * @throws InvalidInputException if one does not have the inputs' names, types and shapes
   */
  OpenTensors stack(List<Tensors> instances) throws OrtException {
    int rows = signature.rows() == Signature.ANY ? instances.size() : signature.rows();
    List<Signature.Input> inputs = signature.inputs();
    int[][] places = new int[instances.size()][];
    for (int i = 0; i < instances.size(); i++) {
      places[i] = check(instances.get(i), i, instances.get(0));
    }
    long total = 0;
    for (int i = 0; i < inputs.size(); i++) {
      Tensor tensor = instances.get(0).get(places[0][i]);
      total += NativeMemory.aligned((long) tensor.elements() * inputs.get(i).type().bytes() * rows);
    }
    ByteBuffer buffer = memory.take(total);
    OpenTensors tensors = new OpenTensors();
    try {
      int offset = 0;
      for (int i = 0; i < inputs.size(); i++) {
        Signature.Input input = inputs.get(i);
        Tensor first = instances.get(0).get(places[0][i]);
        int length = first.elements() * input.type().bytes() * rows;
        ByteBuffer slice = buffer.slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
          int index = Math.min(row, instances.size() - 1);
          put(instances.get(index).get(places[index][i]), input, index, slice);
        }
        tensors.add(input.name(), tensor(slice.rewind(), input, rows, first.shape()));
        offset += (int) NativeMemory.aligned(length);
      }
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private static OnnxTensor tensor(ByteBuffer slice, Signature.Input input, int rows, Shape row)
      throws OrtException {
    long[] dimensions = new long[row.rank() + 1];
    dimensions[0] = rows;
    for (int axis = 1; axis < dimensions.length; axis++) {
      dimensions[axis] = row.dimension(axis - 1);
    }
    return OnnxTensor.createTensor(
        OrtLibrary.environment(),
        slice.order(ByteOrder.nativeOrder()),
        dimensions,
        Objects.requireNonNull(input.type().inputType()));
  }

  /**
   * Checks an instance before ONNX Runtime sees it, which loses memory by each run that it refuses.
   *
   * @return the place of each input among its tensors
   */
  private int[] check(Tensors instance, int index, Tensors first) {
    if (instance == null) {
      throw InvalidInputException.at(index, "an instance must be at least one tensor, not null");
    }
    List<Signature.Input> inputs = signature.inputs();
    if (instance.size() != inputs.size()) {
      throw InvalidInputException.at(
          index, "the model takes %d tensors an instance: %s".formatted(inputs.size(), names()));
    }
    int[] places = new int[inputs.size()];
    for (int i = 0; i < places.length; i++) {
      Signature.Input input = inputs.get(i);
      places[i] =
          instance.form() == Tensors.Form.NAMED ? instance.names().indexOf(input.name()) : i;
      if (places[i] < 0) {
        throw InvalidInputException.at(index, "the model's input " + input.name() + " is missing");
      }
      Tensor tensor = instance.get(places[i]);
      if (tensor.type() != input.type().carrier() || !fits(tensor.shape(), input.shape())) {
        throw InvalidInputException.at(
            index,
            "%s must be %s, not %s%s"
                .formatted(input.name(), input.spec().named(""), tensor.type(), tensor.shape()));
      }
    }
    if (!instance.stackableWith(first)) {
      throw InvalidInputException.at(
          index, "the instances of a batch must have equal names, types and shapes");
    }
    return places;
  }

  private String names() {
    return String.join(", ", signature.inputs().stream().map(Signature.Input::name).toList());
  }

  private static boolean fits(Shape actual, @org.jspecify.annotations.Nullable Shape declared) {
    if (declared == null) {
      return true;
    }
    if (actual.rank() != declared.rank()) {
      return false;
    }
    for (int axis = 0; axis < actual.rank(); axis++) {
      int size = declared.dimension(axis);
      if (size != Shape.ANY && size != actual.dimension(axis)) {
        return false;
      }
    }
    return true;
  }

  private static void put(Tensor tensor, Signature.Input input, int index, ByteBuffer target) {
    if (input.type().carriedAsIs()) {
      tensor.copyTo(target);
      return;
    }
    for (int element = 0; element < tensor.elements(); element++) {
      switch (input.type()) {
        case FLOAT16 ->
            target.putShort(Fp16Conversions.floatToFp16((float) tensor.number(element)));
        case BFLOAT16 ->
            target.putShort(Fp16Conversions.floatToBf16((float) tensor.number(element)));
        case INT8 ->
            target.put((byte) within(tensor.integer(element), Byte.MAX_VALUE, input, index));
        case INT16 ->
            target.putShort((short) within(tensor.integer(element), Short.MAX_VALUE, input, index));
        default -> throw new IllegalStateException("not a type of an input: " + input.type());
      }
    }
  }

  private static long within(long number, long most, Signature.Input input, int index) {
    if (number > most || number < -most - 1) {
      throw InvalidInputException.at(
          index,
          "each element of %s must be from %d to %d".formatted(input.name(), -most - 1, most));
    }
    return number;
  }
}
