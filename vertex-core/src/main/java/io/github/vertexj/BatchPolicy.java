package io.github.vertexj;

import java.time.Duration;

/**
 * The knobs of dynamic micro-batching.
 *
 * <p>Immutable and thread-safe.
 *
 * @param maxBatchSize the most instances of one {@link Predictor#predict} call, at least 1
 * @param maxBatchDelay how long an incomplete batch may wait for company, and only while further
 *     requests are on their way in; zero means that a free worker takes what waits
 * @param maxQueuedInstances the most instances that may wait, at least 1; a request beyond it gets
 *     429 (C8.11), save that a request always finds room in an empty queue
 * @param spread whether what waits is shared out evenly among all predictors that are free, instead
 *     of filling the batches of a few: right where a batch takes about as long as its instances one
 *     after the other, such as when each asks another service
 */
public record BatchPolicy(
    int maxBatchSize, Duration maxBatchDelay, int maxQueuedInstances, boolean spread) {

  /** The longest {@link #maxBatchDelay()} taken: a longer one is surely a unit mistaken. */
  public static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  /**
   * Batches of up to 32 instances, a delay of 1 ms, up to 1,024 instances waiting.
   *
   * <p>The delay is nothing to a lone client, since it waits only for requests that are coming in
   * already; with many clients of a small model it makes batches three to five times as large.
   */
  public static final BatchPolicy DEFAULT = new BatchPolicy(32, Duration.ofMillis(1), 1024);

  /**
   * Returns a policy that fills batches rather than to spread what waits.
   *
   * @throws IllegalArgumentException if a knob is out of range
   */
  public BatchPolicy(int maxBatchSize, Duration maxBatchDelay, int maxQueuedInstances) {
    this(maxBatchSize, maxBatchDelay, maxQueuedInstances, false);
  }

  /**
   * Checks the knobs.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public BatchPolicy {
    require(maxBatchSize >= 1, "maxBatchSize must be at least 1, not " + maxBatchSize);
    require(
        !maxBatchDelay.isNegative() && maxBatchDelay.compareTo(LONGEST_DELAY) <= 0,
        "maxBatchDelay must be from 0 to 10 s, not " + maxBatchDelay);
    require(
        maxQueuedInstances >= 1,
        "maxQueuedInstances must be at least 1, not " + maxQueuedInstances);
  }

  /** Returns this policy with another {@link #maxBatchSize()}. */
  public BatchPolicy maxBatchSize(int instances) {
    return new BatchPolicy(instances, maxBatchDelay, maxQueuedInstances, spread);
  }

  /** Returns this policy with another {@link #maxBatchDelay()}. */
  public BatchPolicy maxBatchDelay(Duration delay) {
    return new BatchPolicy(maxBatchSize, delay, maxQueuedInstances, spread);
  }

  /** Returns this policy with another {@link #maxQueuedInstances()}. */
  public BatchPolicy maxQueuedInstances(int instances) {
    return new BatchPolicy(maxBatchSize, maxBatchDelay, instances, spread);
  }

  /** Returns this policy with another {@link #spread()}. */
  public BatchPolicy spread(boolean evenly) {
    return new BatchPolicy(maxBatchSize, maxBatchDelay, maxQueuedInstances, evenly);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
