package io.github.vertexj.tensor;

import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.ReplyBuffer;
import io.github.vertexj.json.ReplyPath;
import io.github.vertexj.json.TextWriter;
import io.github.vertexj.json.UnwritablePredictionException;

/**
 * Tensors as nested JSON numbers, straight from their memory.
 *
 * <p>A scalar is a bare number and a dimension of 0 an empty array; bool elements are {@code true}
 * and {@code false}. What is allocated does not depend on the number of elements. Thread-safe.
 */
public final class TensorWriter {
  private TensorWriter() {}

  /**
   * Appends tensors: a single one as itself, ordered ones as an array, named ones as an object.
   *
   * @throws UnwritablePredictionException if an element is not finite, with its path
   */
  public static void write(Tensors tensors, ReplyBuffer buffer) {
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
  public static void write(Tensor tensor, ReplyBuffer buffer) {
    ElementWriter elements = new ElementWriter(tensor, buffer);
    if (tensor.shape().rank() == 0) {
      elements.write(0, 1);
    } else {
      writeAxis(tensor.shape(), 0, 0, elements, buffer);
    }
  }

  /**
   * Appends a tensor's elements with commas between them, without brackets; nothing if it has none.
   *
   * @throws UnwritablePredictionException if an element is not finite, with its path
   */
  public static void writeFlat(Tensor tensor, ReplyBuffer buffer) {
    new ElementWriter(tensor, buffer).write(0, tensor.elements());
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
  private static int writeAxis(
      Shape shape, int axis, int from, ElementWriter elements, ReplyBuffer buffer) {
    int size = shape.dimension(axis);
    int next = from;
    buffer.append('[');
    if (axis == shape.rank() - 1) {
      next += size;
      elements.write(from, next);
    } else {
      for (int i = 0; i < size; i++) {
        if (i > 0) {
          buffer.append(',');
        }
        next = writeAxis(shape, axis + 1, next, elements, buffer);
      }
    }
    buffer.append(']');
    return next;
  }
}
