package io.github.vertexj.batch;

import java.util.concurrent.locks.Condition;

/**
 * The time at which the clock thread looks again.
 *
 * <p>Others only make it earlier: a request that is done leaves the alarm as it was, so that
 * requests with like deadlines do not wake the clock thread one by one. Guarded by the dispatcher's
 * lock.
 */
final class Alarm {
  private final Condition moved;
  private long time = Deadlines.NEVER;

  Alarm(Condition moved) {
    this.moved = moved;
  }

  /** Makes sure that the clock thread looks at a time, or before. */
  void set(long latest) {
    if (Deadlines.before(latest, time)) {
      time = latest;
      moved.signal();
    }
  }

  /** Lets the clock thread look now. */
  void ring() {
    moved.signal();
  }

  /** Waits until a time or until the alarm is moved, releasing the lock meanwhile; or less long. */
  @SuppressWarnings("WaitNotInLoop") // Dispatcher.keepTime is run in one
  void await(long now, long next) {
    time = next;
    try {
      if (next == Deadlines.NEVER) {
        moved.await();
      } else {
        moved.awaitNanos(next - now);
      }
    } catch (InterruptedException e) {
      // a dependent of a promise interrupted this thread: looking too early does no harm
    }
  }
}
