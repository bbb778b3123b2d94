package io.github.vertexj.onnx;

import io.github.vertexj.OutOfMemoryException;
import java.nio.ByteBuffer;

/**
 * Memory outside the Java heap for the inputs of a batch, used again for each.
 *
 * <p>Not thread-safe.
 */
final class NativeMemory {
  /** 128 images of 3 × 224 × 224 take 77 MB; what is taken beyond this is not kept. */
  private static final int MOST_KEPT_BYTES = 256 << 20;

  private static final int ALIGNMENT = 64;

  private ByteBuffer kept = ByteBuffer.allocateDirect(0);

  /** Returns a buffer of at least so many bytes. */
  ByteBuffer take(long bytes) {
    if (bytes <= kept.capacity()) {
      return kept;
    }
    try {
      if (bytes <= MOST_KEPT_BYTES) {
        int twice = (int) Math.min(2L * kept.capacity(), MOST_KEPT_BYTES);
        kept = ByteBuffer.allocateDirect(Math.max((int) bytes, twice));
        return kept;
      }
      return ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    } catch (OutOfMemoryError | ArithmeticException e) {
      throw new OutOfMemoryException("a batch of " + bytes + " bytes finds no memory", e);
    }
  }

  /**
   * The bytes that a tensor takes of the buffer, so that the next one begins where ONNX Runtime
   * likes it.
   */
  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
