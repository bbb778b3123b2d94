package io.github.vertexj.serving;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the bodies of all unanswered requests may take together, so that many large ones
 * at once are rejected rather than the heap exhausted.
 *
 * <p>It counts what is leased for bodies; what they become while they wait, such as tensors, is a
 * small multiple of that. Thread-safe.
 */
final class BodyBudget {
  private final long most;
  private final AtomicLong taken = new AtomicLong();

  /** Creates a budget of so many bytes. */
  BodyBudget(long most) {
    this.most = most;
  }

  /**
   * Takes bytes; false if there are not so many. Who takes them has always room when it is alone.
   *
   * @param takenBySame what the same body has taken already
   */
  boolean take(long bytes, long takenBySame) {
    long before = taken.get();
    while (before + bytes <= most || before == takenBySame) {
      // Never more than there is, even for a moment: others would be refused for that.
      if (taken.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = taken.get();
    }
    return false;
  }

  /** Gives bytes back. */
  void give(long bytes) {
    taken.addAndGet(-bytes);
  }
}
