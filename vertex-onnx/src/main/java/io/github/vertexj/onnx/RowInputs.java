package io.github.vertexj.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tensors of a run from rows.
 *
 * <p>Not thread-safe.
 */
final class RowInputs {
  private final RowLayout layout;
  private final NativeMemory memory = new NativeMemory();

  RowInputs(RowLayout layout) {
    this.layout = layout;
  }

  /**
   * Stacks rows on a first dimension, filled up with the last one where the model's is fixed.
   *
   * @return a tensor for each input, to be closed
   * @throws InvalidInputException if a row is not one of the model's
   */
  OpenTensors stack(List<Map<String, @Nullable Object>> rows) throws OrtException {
    Signature signature = layout.signature();
    int count = signature.rows() == Signature.ANY ? rows.size() : signature.rows();
    List<List<Cells>> cells = cells(rows, count);
    List<Signature.Input> inputs = signature.inputs();
    long total = 0;
    for (int i = 0; i < inputs.size(); i++) {
      total += NativeMemory.aligned(bytes(inputs.get(i), cells.get(0).get(i), count));
    }
    ByteBuffer buffer = memory.take(total);
    OpenTensors tensors = new OpenTensors();
    try {
      int offset = 0;
      for (int i = 0; i < inputs.size(); i++) {
        Signature.Input input = inputs.get(i);
        int place = i;
        List<Cells> column = cells.stream().map(row -> row.get(place)).toList();
        int length = (int) bytes(input, column.get(0), count);
        ByteBuffer slice = buffer.slice(offset, length).order(ByteOrder.nativeOrder());
        tensors.add(input.name(), tensor(input, column, slice));
        offset += (int) NativeMemory.aligned(length);
      }
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.close();
      throw e;
    }
  }

  private List<List<Cells>> cells(List<Map<String, @Nullable Object>> rows, int count) {
    List<List<Cells>> cells = new ArrayList<>(count);
    for (int i = 0; i < rows.size(); i++) {
      Map<String, @Nullable Object> row = rows.get(i);
      if (row == null) {
        throw InvalidInputException.at(i, "an instance must be a row, not null");
      }
      try {
        cells.add(layout.cells(row));
      } catch (InvalidInputException e) {
        throw InvalidInputException.at(i, String.valueOf(e.getMessage()));
      }
      if (!sameShapes(cells.get(i), cells.get(0))) {
        throw InvalidInputException.at(i, "the instances of a batch must have equal shapes");
      }
    }
    while (cells.size() < count) {
      cells.add(cells.get(cells.size() - 1));
    }
    return cells;
  }

  /** Whether two rows can stand in one batch. */
  static boolean sameShapes(List<Cells> first, List<Cells> second) {
    for (int i = 0; i < first.size(); i++) {
      if (!first.get(i).shape().equals(second.get(i).shape())) {
        return false;
      }
    }
    return true;
  }

  private static long bytes(Signature.Input input, Cells cells, int count) {
    return (long) cells.elements().size() * input.type().bytes() * count;
  }

  private static OnnxTensor tensor(Signature.Input input, List<Cells> column, ByteBuffer slice)
      throws OrtException {
    Shape row = column.get(0).shape();
    long[] dimensions = new long[row.rank() + 1];
    dimensions[0] = column.size();
    for (int axis = 1; axis < dimensions.length; axis++) {
      dimensions[axis] = row.dimension(axis - 1);
    }
    if (input.type().text()) {
      String[] texts =
          column.stream()
              .flatMap(cells -> cells.elements().stream())
              .map(String.class::cast)
              .toArray(String[]::new);
      return OnnxTensor.createTensor(OrtLibrary.environment(), texts, dimensions);
    }
    column.forEach(
        cells -> cells.elements().forEach(element -> put(input.type(), (Number) element, slice)));
    return OnnxTensor.createTensor(
        OrtLibrary.environment(),
        slice.rewind(),
        dimensions,
        Objects.requireNonNull(input.type().inputType()));
  }

  private static void put(ElementType type, Number number, ByteBuffer target) {
    switch (type) {
      case FLOAT -> target.putFloat(number.floatValue());
      case DOUBLE -> target.putDouble(number.doubleValue());
      case FLOAT16 -> target.putShort(Fp16Conversions.floatToFp16(number.floatValue()));
      case BFLOAT16 -> target.putShort(Fp16Conversions.floatToBf16(number.floatValue()));
      case INT8, UINT8, BOOL -> target.put(number.byteValue());
      case INT16 -> target.putShort(number.shortValue());
      case INT32 -> target.putInt(number.intValue());
      case INT64 -> target.putLong(number.longValue());
      default -> throw new IllegalStateException("not a type of an input: " + type);
    }
  }
}
