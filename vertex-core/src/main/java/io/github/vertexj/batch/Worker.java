package io.github.vertexj.batch;

import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * One predictor, and the thread that runs batches on it while there is work.
 *
 * <p>At low load the thread stays parked and submitting threads borrow the predictor. The runner is
 * used by whom the state names, everything else under the dispatcher's lock.
 */
final class Worker<I, P> implements Runnable {

  private enum State {
    /** Nobody uses the predictor: the next batch may be run with it. */
    FREE,
    /** A submitting thread uses it. */
    LENT,
    /** The worker's own thread uses it, or will as soon as it wakes. */
    RUNNING,
    /** Nobody will use it again: its device is lost. */
    LOST
  }

  final BatchRunner<I, P> runner;
  private final Dispatcher<I, P> dispatcher;
  private final Condition changed;
  private State state = State.FREE;
  private @Nullable Batch<I, P> handed;
  private boolean ending;

  Worker(Dispatcher<I, P> dispatcher, BatchRunner<I, P> runner, Condition changed) {
    this.dispatcher = dispatcher;
    this.runner = runner;
    this.changed = changed;
  }

  @Override
  public void run() {
    try {
      Batch<I, P> batch = dispatcher.first(this);
      while (batch != null) {
        runner.run(batch).run();
        Thread.interrupted(); // set by a predictor: the next call must not see it
        batch = dispatcher.next(this, batch);
      }
    } finally {
      runner.close();
    }
  }

  void lend() {
    state = State.LENT;
  }

  /** Hands the predictor and a batch to the worker's own thread. */
  void hand(Batch<I, P> batch) {
    state = State.RUNNING;
    handed = batch;
    changed.signal();
  }

  void free() {
    leave(State.FREE);
  }

  void lose() {
    leave(State.LOST);
  }

  private void leave(State next) {
    state = next;
    if (ending) {
      changed.signal();
    }
  }

  boolean lost() {
    return state == State.LOST;
  }

  /** Lets the thread end as soon as nobody uses the predictor. */
  void end() {
    ending = true;
    changed.signal();
  }

  /** Waits for a batch, releasing the lock meanwhile; null when it is time to end. */
  @Nullable Batch<I, P> await() {
    while (handed == null && !(ending && state != State.LENT)) {
      changed.awaitUninterruptibly();
    }
    Batch<I, P> batch = handed;
    handed = null;
    return batch;
  }
}
