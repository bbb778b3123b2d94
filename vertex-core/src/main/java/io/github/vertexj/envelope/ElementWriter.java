package io.github.vertexj.envelope;

import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The elements of one tensor as JSON numbers with commas between them, or as {@code true} and
 * {@code false}.
 *
 * <p>There is one loop for each type, over local variables alone. Not thread-safe.
 */
final class ElementWriter {
  private static final int CHUNK_ELEMENTS = 128;
  private static final int MAX_BYTES_OF_ELEMENT = NumberWriter.MAX_BYTES + 1; // with its comma

  private static final byte[] TRUE = "true,".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false,".getBytes(StandardCharsets.US_ASCII);

  private final Tensor tensor;
  private final ByteBuffer elements;
  private final ReplyBuffer buffer;

  ElementWriter(Tensor tensor, ReplyBuffer buffer) {
    this.tensor = tensor;
    this.elements = tensor.bytes();
    this.buffer = buffer;
  }

  /**
   * Appends the elements of a range, which may be empty.
   *
   * @throws UnwritablePredictionException if one is not finite, with its path
   */
  void write(int from, int to) {
    for (int start = from; start < to; start += CHUNK_ELEMENTS) {
      int count = Math.min(to - start, CHUNK_ELEMENTS);
      byte[] out = buffer.reserve(count * MAX_BYTES_OF_ELEMENT);
      buffer.endAt(writeChunk(start, start + count, out, buffer.length()));
    }
    if (from < to) {
      buffer.endAt(buffer.length() - 1); // without the last comma
    }
  }

  private int writeChunk(int from, int to, byte[] out, int at) {
    return switch (tensor.type()) {
      case FLOAT32 -> writeFloats(from, to, out, at);
      case FLOAT64 -> writeDoubles(from, to, out, at);
      case INT32 -> writeInts(elements, from, to, out, at);
      case INT64 -> writeLongs(elements, from, to, out, at);
      case UINT8 -> writeBytes(elements, from, to, out, at);
      case BOOL -> writeBooleans(elements, from, to, out, at);
    };
  }

  private int writeFloats(int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      float value = elements.getFloat(i * Float.BYTES);
      if (!Float.isFinite(value)) {
        throw notFinite(value, i);
      }
      place = NumberWriter.write(value, out, place);
      out[place++] = ',';
    }
    return place;
  }

  private int writeDoubles(int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      double value = elements.getDouble(i * Double.BYTES);
      if (!Double.isFinite(value)) {
        throw notFinite(value, i);
      }
      place = NumberWriter.write(value, out, place);
      out[place++] = ',';
    }
    return place;
  }

  private static int writeInts(ByteBuffer elements, int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      place = IntegerWriter.write(elements.getInt(i * Integer.BYTES), out, place) + 1;
    }
    return place;
  }

  private static int writeLongs(ByteBuffer elements, int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      place = IntegerWriter.write(elements.getLong(i * Long.BYTES), out, place) + 1;
    }
    return place;
  }

  private static int writeBytes(ByteBuffer elements, int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      place =
          IntegerWriter.writeSmall(elements.get(i) & 0xFF, out, place) + 1; // its comma included
    }
    return place;
  }

  private static int writeBooleans(ByteBuffer elements, int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      byte[] word = elements.get(i) == 0 ? FALSE : TRUE;
      System.arraycopy(word, 0, out, place, word.length);
      place += word.length;
    }
    return place;
  }

  private UnwritablePredictionException notFinite(double value, int index) {
    Shape shape = tensor.shape();
    String path = "";
    int rest = index;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      path = ReplyPath.element(rest % shape.dimension(axis)) + path;
      rest /= shape.dimension(axis);
    }
    return UnwritablePredictionException.notFinite(value).within(path);
  }
}
