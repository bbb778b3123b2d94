package io.github.vertexj.envelope;

import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import java.nio.charset.StandardCharsets;

/**
 * Tensors as nested JSON numbers, straight from their memory.
 *
 * <p>A scalar is a bare number and a dimension of 0 an empty array; bool elements are {@code true}
 * and {@code false}. Nothing is allocated, whatever the number of elements. Thread-safe.
 */
final class TensorWriter {
  private static final int CHUNK_ELEMENTS = 128;
  private static final int MAX_BYTES_OF_ELEMENT = NumberWriter.MAX_BYTES + 1; // with its comma
  private static final byte[] TRUE = "true,".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false,".getBytes(StandardCharsets.US_ASCII);

  private TensorWriter() {}

  /**
   * Appends tensors: a single one as itself, ordered ones as an array, named ones as an object.
   *
   * @throws UnwritablePredictionException if an element is not finite, with its path
   */
  static void write(Tensors tensors, ReplyBuffer buffer) {
    switch (tensors.form()) {
      case SINGLE -> write(tensors.get(0), buffer);
      case ORDERED -> writeOrdered(tensors, buffer);
      case NAMED -> writeNamed(tensors, buffer);
    }
  }

  /**
   * Appends a tensor.
   *
   * @throws UnwritablePredictionException if an element is not finite, with its path
   */
  static void write(Tensor tensor, ReplyBuffer buffer) {
    if (tensor.shape().rank() == 0) {
      writeElements(tensor, 0, 1, buffer);
    } else {
      writeAxis(tensor, 0, 0, buffer);
    }
  }

  /**
   * Appends a tensor's elements with commas between them, without brackets; nothing if it has none.
   *
   * @throws UnwritablePredictionException if an element is not finite, with its path
   */
  static void writeFlat(Tensor tensor, ReplyBuffer buffer) {
    writeRow(tensor, 0, tensor.elements(), buffer);
  }

  private static void writeOrdered(Tensors tensors, ReplyBuffer buffer) {
    buffer.append('[');
    for (int i = 0; i < tensors.size(); i++) {
      if (i > 0) {
        buffer.append(',');
      }
      try {
        write(tensors.get(i), buffer);
      } catch (UnwritablePredictionException e) {
        throw e.within(ReplyPath.element(i));
      }
    }
    buffer.append(']');
  }

  private static void writeNamed(Tensors tensors, ReplyBuffer buffer) {
    buffer.append('{');
    for (int i = 0; i < tensors.size(); i++) {
      if (i > 0) {
        buffer.append(',');
      }
      TextWriter.write(tensors.names().get(i), buffer);
      buffer.append(':');
      try {
        write(tensors.get(i), buffer);
      } catch (UnwritablePredictionException e) {
        throw e.within(ReplyPath.field(tensors.names().get(i)));
      }
    }
    buffer.append('}');
  }

  /** Writes one array of an axis and returns the index of the element behind it. */
  private static int writeAxis(Tensor tensor, int axis, int from, ReplyBuffer buffer) {
    Shape shape = tensor.shape();
    int size = shape.dimension(axis);
    int next = from;
    buffer.append('[');
    if (axis == shape.rank() - 1) {
      next = writeRow(tensor, from, from + size, buffer);
    } else {
      for (int i = 0; i < size; i++) {
        if (i > 0) {
          buffer.append(',');
        }
        next = writeAxis(tensor, axis + 1, next, buffer);
      }
    }
    buffer.append(']');
    return next;
  }

  private static int writeRow(Tensor tensor, int from, int to, ReplyBuffer buffer) {
    for (int start = from; start < to; start += CHUNK_ELEMENTS) {
      if (start > from) {
        buffer.append(',');
      }
      writeElements(tensor, start, Math.min(to, start + CHUNK_ELEMENTS), buffer);
    }
    return to;
  }

  /** Writes one or more elements with commas between them. */
  private static void writeElements(Tensor tensor, int from, int to, ReplyBuffer buffer) {
    byte[] out = buffer.reserve((to - from) * MAX_BYTES_OF_ELEMENT);
    int at = buffer.length();
    int end =
        switch (tensor.type()) {
          case FLOAT32 -> writeFloats(tensor, from, to, out, at);
          case FLOAT64 -> writeDoubles(tensor, from, to, out, at);
          case INT32, INT64, UINT8 -> writeIntegers(tensor, from, to, out, at);
          case BOOL -> writeBooleans(tensor, from, to, out, at);
        };
    buffer.endAt(end - 1); // without the last comma
  }

  private static int writeFloats(Tensor tensor, int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      place = NumberWriter.write((float) finite(tensor, i), out, place);
      out[place++] = ',';
    }
    return place;
  }

  private static int writeDoubles(Tensor tensor, int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      place = NumberWriter.write(finite(tensor, i), out, place);
      out[place++] = ',';
    }
    return place;
  }

  private static int writeIntegers(Tensor tensor, int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      place = Digits.write(tensor.integer(i), out, place);
      out[place++] = ',';
    }
    return place;
  }

  private static int writeBooleans(Tensor tensor, int from, int to, byte[] out, int at) {
    int place = at;
    for (int i = from; i < to; i++) {
      byte[] word = tensor.integer(i) == 0 ? FALSE : TRUE;
      System.arraycopy(word, 0, out, place, word.length);
      place += word.length;
    }
    return place;
  }

  private static double finite(Tensor tensor, int index) {
    double number = tensor.number(index);
    if (!Double.isFinite(number)) {
      throw UnwritablePredictionException.notFinite(number).within(path(tensor.shape(), index));
    }
    return number;
  }

  private static String path(Shape shape, int index) {
    String path = "";
    int rest = index;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      path = ReplyPath.element(rest % shape.dimension(axis)) + path;
      rest /= shape.dimension(axis);
    }
    return path;
  }
}
