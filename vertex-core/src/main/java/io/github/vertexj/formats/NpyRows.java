package io.github.vertexj.formats;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.JsonRules;
import io.github.vertexj.json.PooledBuffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Tensors of equal type and shape as the rows of the array in a {@code .npy} file. Thread-safe. */
public final class NpyRows {
  /** What such a body is called in {@code Content-Type}. */
  public static final String MEDIA_TYPE = "application/x-npy";

  private NpyRows() {}

  /**
   * Appends a file.
   *
   * @param rows tensors, or groups of a single one; none becomes an empty array of float32
   * @throws InvalidInputException if they cannot be the rows of one array
   */
  public static void write(List<?> rows, PooledBuffer buffer) {
    PredictionStack stack = PredictionStack.of(rows);
    if (stack.names().size() > 1) {
      throw new InvalidInputException(
          "the model answers with several tensors, "
              + String.join(", ", stack.names())
              + ", and a .npy file holds one; send {\"instances\": […]} as application/json");
    }
    if (stack.names().isEmpty()) { // as nobody has predicted, nobody knows the type
      NpyHeader.write(TensorType.FLOAT32, Shape.of(0), buffer);
      return;
    }
    Tensor first = stack.first(0);
    NpyHeader.write(first.type(), stack.shape(0), buffer);
    buffer.expect(stack.bytes(0));
    stack.writeBytes(0, buffer);
  }

  /**
   * Reads a file.
   *
   * @return views of the file's memory; of float32 where the file holds float16
   * @throws BadBodyException if it is none, or its array has no rows of a type of ours
   */
  public static List<Tensor> read(byte[] file) {
    NpyHeader header = NpyHeader.read(ByteBuffer.wrap(file), JsonRules.DEFAULT.maxDepth());
    int length = file.length - header.dataAt();
    header.requireRows(length);
    Tensor all =
        header.half()
            ? Tensor.view(
                header.type(),
                header.shape(),
                HalfFloats.widened(ByteBuffer.wrap(file, header.dataAt(), length)).array(),
                0)
            : Tensor.view(header.type(), header.shape(), file, header.dataAt());
    return IntStream.range(0, header.shape().dimension(0)).mapToObj(all::row).toList();
  }
}
