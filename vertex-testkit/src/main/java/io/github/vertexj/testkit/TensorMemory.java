package io.github.vertexj.testkit;

import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import java.nio.ByteBuffer;

/** The memory that an instance views, if it is made of tensors. */
final class TensorMemory {
  private TensorMemory() {}

  /** Overwrites the elements of all tensors with zeros; other instances have no such memory. */
  static void clear(Object instance) {
    if (instance instanceof Tensor tensor) {
      ByteBuffer bytes = tensor.bytes();
      bytes.put(new byte[bytes.remaining()]);
    } else if (instance instanceof Tensors tensors) {
      tensors.list().forEach(TensorMemory::clear);
    }
  }
}
