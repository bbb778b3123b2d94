package io.github.vertexj.tensor;

import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.JsonPath;
import io.github.vertexj.json.PooledBuffer;
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
  public static void write(Tensors tensors, PooledBuffer buffer) {
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
  public static void write(Tensor tensor, PooledBuffer buffer) {
    new ElementWriter(tensor, buffer).writeNested();
  }

  /**
   * Appends a tensor's elements with commas between them, without brackets; nothing if it has none.
   *
   * @throws UnwritablePredictionException if an element is not finite, with its path
   */
  public static void writeFlat(Tensor tensor, PooledBuffer buffer) {
    new ElementWriter(tensor, buffer).write(0, tensor.elements());
  }

  private static void writeOrdered(Tensors tensors, PooledBuffer buffer) {
    buffer.append('[');
    for (int i = 0; i < tensors.size(); i++) {
      if (i > 0) {
        buffer.append(',');
      }
      try {
        write(tensors.get(i), buffer);
      } catch (UnwritablePredictionException e) {
        throw e.within(JsonPath.element(i));
      }
    }
    buffer.append(']');
  }

  private static void writeNamed(Tensors tensors, PooledBuffer buffer) {
    buffer.append('{');
    for (int i = 0; i < tensors.size(); i++) {
      if (i > 0) {
        buffer.append(',');
      }
      buffer.appendText(tensors.names().get(i));
      buffer.append(':');
      try {
        write(tensors.get(i), buffer);
      } catch (UnwritablePredictionException e) {
        throw e.within(JsonPath.field(tensors.names().get(i)));
      }
    }
    buffer.append('}');
  }
}
