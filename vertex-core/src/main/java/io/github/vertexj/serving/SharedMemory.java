package io.github.vertexj.serving;

import io.github.vertexj.envelope.PredictRequest;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory of a request's tensors, given back when neither a predictor nor the reply needs it: a
 * prediction may be a view of an instance, as with a predictor that returns what it was given.
 *
 * <p>Thread-safe.
 */
final class SharedMemory {
  private final PredictRequest<?> request;
  private final AtomicInteger users = new AtomicInteger(2);

  SharedMemory(PredictRequest<?> request) {
    this.request = request;
  }

  /** Called by each of the two once. */
  void release() {
    if (users.decrementAndGet() == 0) {
      request.close();
    }
  }
}
