package io.github.vertexj.batch;

import io.github.vertexj.DeviceLostException;

/**
 * A watcher of a {@link MicroBatcher}; every method does nothing unless overridden.
 *
 * <p>Called on the thread that runs the batch or submits the request, outside any lock; must be
 * thread-safe and quick. What it throws is logged and has no other effect.
 */
public interface BatchListener {

  /** The listener that does nothing. */
  BatchListener NONE = new BatchListener() {};

  /**
   * Called after each call of a predictor that succeeded.
   *
   * @param instances the size of the batch
   * @param queuedNanos how long its oldest instance had waited
   * @param runNanos how long the predictor took
   */
  default void onBatch(int instances, long queuedNanos, long runNanos) {}

  /**
   * Called after each call of a predictor that failed; parts of the batch may be tried again.
   *
   * @param instances the size of the batch
   * @param failure what the predictor threw, or what was wrong with the predictions it returned
   */
  default void onFailure(int instances, Throwable failure) {}

  /** Called for each request rejected because too much waits; {@code instances} is its size. */
  default void onRejected(int instances) {}

  /** Called for each request whose deadline has passed; {@code instances} is its size. */
  default void onDeadlineExceeded(int instances) {}

  /** Called when a worker is gone for good; health should turn to 503 (C1.32). */
  default void onDeviceLost(DeviceLostException failure) {}
}
