package io.github.vertexj.serving;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all requests may take together, from the first byte of a body to the last of the
 * reply, so that many at once are rejected rather than the heap exhausted.
 *
 * <p>A quarter of it is a reserve for small requests, which large ones cannot take. Thread-safe.
 */
final class MemoryBudget {
  private static final int PARTS = 4; // of which one is the reserve
  private static final long MOST_OF_A_SMALL_ONE = 256 * 1024;
  private static final int SMALL_ONES = 64;

  private final long most;
  private final long mostForLarge;
  private final long small;
  private final AtomicLong taken = new AtomicLong();

  /** Creates a budget of so many bytes. */
  MemoryBudget(long most) {
    this.most = most;
    this.mostForLarge = most - most / PARTS;
    this.small = Math.min(MOST_OF_A_SMALL_ONE, most / SMALL_ONES);
  }

  /** The most that a single request can get. */
  long mostOfOne() {
    return mostForLarge;
  }

  /**
   * Takes bytes; false if there are not so many.
   *
   * @param takenBySame what the same request has taken already
   */
  boolean take(long bytes, long takenBySame) {
    long limit = takenBySame + bytes <= small ? most : mostForLarge;
    long before = taken.get();
    while (before + bytes <= limit) {
      // Never more than there is, even for a moment: others would be refused for that.
      if (taken.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = taken.get();
    }
    return false;
  }

  /**
   * Takes bytes that are there already; false if there are not so many, unless nothing else is
   * taken.
   *
   * @param takenBySame as above
   */
  boolean takeMade(long bytes, long takenBySame) {
    if (take(bytes, takenBySame)) {
      return true;
    }
    return taken.compareAndSet(takenBySame, takenBySame + bytes);
  }

  /** Gives bytes back. */
  void give(long bytes) {
    taken.addAndGet(-bytes);
  }
}
