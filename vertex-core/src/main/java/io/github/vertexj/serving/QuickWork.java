package io.github.vertexj.serving;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What a thread that must not be held up may do itself: read a small body of tensors, and write a
 * small reply of them. No code but this library's runs then, and less than a millisecond.
 */
final class QuickWork {
  private static final int MOST_BYTES = 64 * 1024;

  private QuickWork() {}

  /** Whether a reader reads tensors, which the library does itself. */
  static boolean suits(InstanceReader<?> reader) {
    return reader instanceof InstanceReader.SingleTensor
        || reader instanceof InstanceReader.TensorGroup;
  }

  /** Whether a body is small. */
  static boolean suits(Body body) {
    return body.length() <= MOST_BYTES;
  }

  /**
   * Returns an executor that writes a reply once its predictions are done: one that must not be
   * held up if they are few tensors, or an error, else the other.
   */
  static Executor writing(
      CompletableFuture<? extends List<?>> predicted, Executor quick, Executor other) {
    return task -> (small(predicted) ? quick : other).execute(task);
  }

  private static boolean small(CompletableFuture<? extends List<?>> predicted) {
    if (predicted.isCompletedExceptionally()) {
      return true;
    }
    long bytes = 0;
    for (Object prediction : predicted.join()) {
      bytes += bytes(prediction);
    }
    return bytes <= MOST_BYTES;
  }

  private static long bytes(Object prediction) {
    if (prediction instanceof Tensor tensor) {
      return tensor.length();
    }
    return prediction instanceof Tensors tensors
        ? tensors.list().stream().mapToLong(Tensor::length).sum()
        : Integer.MAX_VALUE;
  }
}
