package io.github.vertexj.tensor;

import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.json.IntegerWriter;
import io.github.vertexj.json.JsonPath;
import io.github.vertexj.json.NumberWriter;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.json.UnwritablePredictionException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private static final byte[] TRUE = "true,".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false,".getBytes(StandardCharsets.US_ASCII);

  private final Tensor tensor;
  private final byte[] memory;
  private final int offset;
  private final PooledBuffer buffer;

  ElementWriter(Tensor tensor, PooledBuffer buffer) {
    this.tensor = tensor;
    ByteBuffer elements = tensor.bytes();
    this.memory = elements.array();
    this.offset = elements.arrayOffset();
    this.buffer = buffer;
  }

  /** Appends all elements, in arrays as the shape has them. */
  void writeNested() {
    if (tensor.shape().rank() == 0) {
      write(0, 1);
    } else {
      writeAxis(0, 0);
    }
  }

  /** Writes one array of an axis and returns the index of the element behind it. */
  private int writeAxis(int axis, int from) {
    Shape shape = tensor.shape();
    int size = shape.dimension(axis);
    int next = from;
    buffer.append('[');
    if (axis == shape.rank() - 1) {
      next += size;
      write(from, next);
    } else {
      for (int i = 0; i < size; i++) {
        if (i > 0) {
          buffer.append(',');
        }
        next = writeAxis(axis + 1, next);
      }
    }
    buffer.append(']');
    return next;
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
      case INT32 -> writeInts(from, to, out, at);
      case INT64 -> writeLongs(from, to, out, at);
      case UINT8 -> writeBytes(from, to, out, at);
      case BOOL -> writeBooleans(from, to, out, at);
    };
  }

  private int writeFloats(int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      float value = (float) FLOAT.get(memory, offset + i * Float.BYTES);
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
      double value = (double) DOUBLE.get(memory, offset + i * Double.BYTES);
      if (!Double.isFinite(value)) {
        throw notFinite(value, i);
      }
      place = NumberWriter.write(value, out, place);
      out[place++] = ',';
    }
    return place;
  }

  private int writeInts(int from, int to, byte[] out, int at) {
    byte[] in = memory;
    int first = offset;
    int place = at;
    for (int i = from; i < to; i++) {
      int value = (int) INT.get(in, first + i * Integer.BYTES);
      place = IntegerWriter.write(value, out, place) + 1; // its comma included
    }
    return place;
  }

  private int writeLongs(int from, int to, byte[] out, int at) {
    byte[] in = memory;
    int first = offset;
    int place = at;
    for (int i = from; i < to; i++) {
      long value = (long) LONG.get(in, first + i * Long.BYTES);
      place = IntegerWriter.write(value, out, place) + 1;
    }
    return place;
  }

  private int writeBytes(int from, int to, byte[] out, int at) {
    byte[] in = memory;
    int first = offset;
    int place = at;
    for (int i = from; i < to; i++) {
      place = IntegerWriter.writeSmall(in[first + i] & 0xFF, out, place) + 1;
    }
    return place;
  }

  private int writeBooleans(int from, int to, byte[] out, int at) {
    byte[] in = memory;
    int first = offset;
    int place = at;
    for (int i = from; i < to; i++) {
      byte[] word = in[first + i] == 0 ? FALSE : TRUE;
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
      path = JsonPath.element(rest % shape.dimension(axis)) + path;
      rest /= shape.dimension(axis);
    }
    return UnwritablePredictionException.notFinite(value).within(path);
  }

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
  }
}
