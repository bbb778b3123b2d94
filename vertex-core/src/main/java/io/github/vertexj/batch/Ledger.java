package io.github.vertexj.batch;

import io.github.vertexj.BatchPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * The requests that were accepted and are not settled: those that wait, when each is due, and what
 * has to be told to the outside once the lock is released.
 *
 * <p>Time is an argument. Not thread-safe: guarded by the dispatcher's lock.
 */
final class Ledger<I, P> {
  final BatchQueue<I, P> queue;
  final Deadlines<I, P> deadlines = new Deadlines<>();
  private List<Runnable> afterwards = new ArrayList<>();

  Ledger(BatchPolicy policy, BiPredicate<? super I, ? super I> stackable) {
    this.queue = new BatchQueue<>(policy, stackable, this::dropped);
  }

  /** Accepts a request; false if there is no room for all of it. */
  boolean accept(Pending<I, P> slice) {
    boolean accepted = queue.offer(slice);
    if (accepted) {
      deadlines.add(slice.submission());
    }
    return accepted;
  }

  /** Fails the requests whose deadline has passed. */
  void expire(long now) {
    List<Submission<I, P>> expired = deadlines.expire(now);
    if (!expired.isEmpty()) {
      expired.forEach(submission -> afterwards(submission::timeOut));
      queue.dropOver();
    }
  }

  /** Forgets the requests of a batch that has run, save those of which more waits or runs. */
  void settle(Batch<I, P> done) {
    boolean failed = false;
    for (Pending<I, P> slice : done.slices()) {
      Submission<I, P> submission = slice.submission();
      submission.running--;
      if (submission.running == 0 && !submission.waiting) {
        deadlines.remove(submission);
      }
      failed |= submission.waiting && submission.isDone();
    }
    if (failed) {
      queue.dropOver();
    }
  }

  /** Fails the requests that wait. */
  void failWaiting(RuntimeException failure) {
    for (Pending<I, P> slice : queue.clear()) {
      deadlines.remove(slice.submission());
      afterwards(() -> slice.fail(failure));
    }
  }

  /** Fails all requests, also those that a predictor works on. */
  void failAll(RuntimeException failure) {
    deadlines.clear().forEach(submission -> afterwards(() -> submission.fail(failure)));
    failWaiting(failure);
  }

  /** Keeps a call of foreign code for the time when the lock is released. */
  void afterwards(Runnable call) {
    afterwards.add(call);
  }

  /** Whether calls are kept. */
  boolean owesCalls() {
    return !afterwards.isEmpty();
  }

  /** Takes the calls that were kept, in order. */
  List<Runnable> takeCalls() {
    if (afterwards.isEmpty()) {
      return List.of();
    }
    List<Runnable> calls = afterwards;
    afterwards = new ArrayList<>();
    return calls;
  }

  private void dropped(Pending<I, P> slice) {
    deadlines.remove(slice.submission());
    afterwards(slice::drop);
  }
}
