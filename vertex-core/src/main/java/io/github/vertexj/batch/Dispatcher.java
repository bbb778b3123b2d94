package io.github.vertexj.batch;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.OverloadedException;
import io.github.vertexj.Predictor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The decision which worker runs which batch, and the one lock it is made under.
 *
 * <p>At every moment outside the lock: if a batch is ready, no worker is free. Each method is one
 * short critical section; what calls foreign code is kept for {@link #unlock}.
 */
final class Dispatcher<I, P> {

  /** A batch and the worker to run it on, given to a submitting thread. */
  record Turn<I, P>(Worker<I, P> worker, Batch<I, P> batch) {}

  private enum Phase {
    OPEN,
    DRAINING,
    CLOSED
  }

  private final BatchListener listener;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Alarm alarm = new Alarm(lock.newCondition());
  private final Ledger<I, P> ledger;
  private final BatchQueue<I, P> queue;
  private final List<Worker<I, P>> workers = new ArrayList<>();
  private final ArrayDeque<Worker<I, P>> free = new ArrayDeque<>();
  private final boolean spread;
  private final boolean holding; // else nobody need know who is on the way
  private Phase phase = Phase.OPEN;
  private @Nullable DeviceLostException lost;

  Dispatcher(
      BatchPolicy policy,
      BiPredicate<? super I, ? super I> stackable,
      BatchListener listener,
      LongSupplier nanoClock) {
    this.ledger = new Ledger<>(policy, stackable);
    this.spread = policy.spread();
    this.queue = ledger.queue;
    this.holding = !policy.maxBatchDelay().isZero();
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  /** Adds a free worker for a predictor; for the constructor of the batcher. */
  Worker<I, P> add(Predictor<I, P> predictor, int maxBatchSize) {
    BatchRunner<I, P> runner = new BatchRunner<>(predictor, maxBatchSize, listener, nanoClock);
    Worker<I, P> worker = new Worker<>(this, runner, lock.newCondition());
    workers.add(worker);
    free.add(worker);
    return worker;
  }

  /**
   * Takes in a request; returns a turn if the calling thread is to run (the first part of) it.
   *
   * @param mayLend whether it may be
   */
  @Nullable Turn<I, P> admit(Pending<I, P> slice, boolean mayLend) {
    lock.lock();
    try {
      long now = slice.since();
      if (holding) {
        queue.arrivalOver();
      }
      boolean idle = queue.isEmpty();
      RuntimeException refusal = refusal(slice, now);
      if (refusal != null) {
        ledger.afterwards(() -> refuse(slice, refusal));
        return null;
      }
      alarm.set(slice.submission().deadline);
      Turn<I, P> turn = mayLend && idle ? turn(now) : null;
      if (turn != null) {
        turn.worker.lend();
      }
      dispatch(now);
      return turn;
    } finally {
      unlock();
    }
  }

  /** Ends a turn of a submitting thread; returns its next, if that serves its own request first. */
  @Nullable Turn<I, P> handBack(Turn<I, P> turn, Submission<I, P> own) {
    lock.lock();
    try {
      Batch<I, P> next = nextOrFree(turn.worker, turn.batch);
      if (next == null) {
        return null;
      }
      if (next.first().submission() == own) {
        return new Turn<>(turn.worker, next);
      }
      turn.worker.hand(next);
      return null;
    } finally {
      unlock();
    }
  }

  /** Waits for the first batch of a worker's own thread; null when it is time to end. */
  @Nullable Batch<I, P> first(Worker<I, P> worker) {
    lock.lock();
    try {
      return worker.await();
    } finally {
      unlock();
    }
  }

  /** Ends a batch of a worker's own thread and waits for its next; null when it is time to end. */
  @Nullable Batch<I, P> next(Worker<I, P> worker, Batch<I, P> done) {
    Batch<I, P> next;
    lock.lock();
    try {
      next = nextOrFree(worker, done);
    } finally {
      unlock();
    }
    return next != null ? next : first(worker);
  }

  void arrival() {
    if (holding) {
      locked(queue::arrival);
    }
  }

  void arrivalOver() {
    if (holding) {
      locked(
          () -> {
            queue.arrivalOver();
            dispatch(nanoClock.getAsLong());
          });
    }
  }

  /** The number of instances that wait. */
  int queuedInstances() {
    AtomicInteger instances = new AtomicInteger();
    locked(() -> instances.set(queue.instances()));
    return instances.get();
  }

  /** The number of requests that wait. */
  int queuedRequests() {
    AtomicInteger requests = new AtomicInteger();
    locked(() -> requests.set(queue.requests()));
    return requests.get();
  }

  /** Takes a request whose caller has gone out of the queue. */
  void abandon(Submission<I, P> submission) {
    locked(
        () -> {
          if (submission.waiting) {
            queue.dropOver();
          }
        });
  }

  /** Refuses requests from now on. */
  void drain() {
    locked(
        () -> {
          if (phase == Phase.OPEN) {
            phase = Phase.DRAINING;
            queue.noMoreArrivals();
            dispatch(nanoClock.getAsLong());
          }
        });
  }

  /** Fails what is not done, and lets the threads end when their predictors are free. */
  void close() {
    BatcherClosedException failure = new BatcherClosedException("The server has stopped");
    locked(
        () -> {
          phase = Phase.CLOSED;
          ledger.failAll(failure);
          workers.forEach(Worker::end);
          alarm.ring();
        });
  }

  /** Acts on the time and waits until it matters again; false when it is time to end. */
  boolean keepTime() {
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      ledger.expire(now);
      dispatch(now);
      if (!ledger.owesCalls() && phase != Phase.CLOSED) {
        long held = free.isEmpty() ? Deadlines.NEVER : queue.readyAt();
        alarm.await(now, Deadlines.earlier(held, ledger.deadlines.next()));
      }
      return phase != Phase.CLOSED;
    } finally {
      unlock();
    }
  }

  private @Nullable RuntimeException refusal(Pending<I, P> slice, long now) {
    if (phase != Phase.OPEN) {
      return new BatcherClosedException("The server is stopping and takes no more requests");
    }
    if (lost != null) {
      return lost;
    }
    long deadline = slice.submission().deadline;
    if (deadline != Deadlines.NEVER && !Deadlines.before(now, deadline)) {
      return new DeadlineExceededException("The request's deadline had passed when it came");
    }
    return ledger.accept(slice)
        ? null
        : new OverloadedException("Too many requests are waiting; try again later");
  }

  private void refuse(Pending<I, P> slice, RuntimeException refusal) {
    int instances = slice.size();
    slice.fail(refusal);
    if (refusal instanceof OverloadedException) {
      listener.onRejected(instances);
    } else if (refusal instanceof DeadlineExceededException) {
      listener.onDeadlineExceeded(instances);
    }
  }

  /** Hands every free worker a batch, as long as one is ready; else sets the alarm for it. */
  private void dispatch(long now) {
    for (Turn<I, P> turn = turn(now); turn != null; turn = turn(now)) {
      turn.worker.hand(turn.batch);
    }
    if (!free.isEmpty()) {
      alarm.set(queue.readyAt());
    }
  }

  private @Nullable Turn<I, P> turn(long now) {
    Worker<I, P> worker = queue.ready(now) ? free.peek() : null;
    Batch<I, P> batch = worker == null ? null : queue.next(share(worker.runner.limit()));
    if (worker == null || batch == null) {
      return null;
    }
    free.pop();
    return new Turn<>(worker, batch);
  }

  /** How much of what waits one of the free workers takes. */
  private int share(int limit) {
    return spread ? Math.min(limit, (queue.instances() + free.size() - 1) / free.size()) : limit;
  }

  /** Takes the next batch for a worker that has done one; null if it is free, or gone. */
  private @Nullable Batch<I, P> nextOrFree(Worker<I, P> worker, Batch<I, P> done) {
    ledger.settle(done);
    DeviceLostException failure = worker.runner.lost();
    if (failure != null) {
      retire(worker, failure);
      return null;
    }
    long now = nanoClock.getAsLong();
    ledger.expire(now);
    Batch<I, P> next = queue.ready(now) ? queue.next(worker.runner.limit()) : null;
    if (next == null) {
      worker.free();
      free.push(worker);
      dispatch(now);
    }
    return next;
  }

  private void retire(Worker<I, P> worker, DeviceLostException failure) {
    worker.lose();
    ledger.afterwards(() -> listener.onDeviceLost(failure));
    if (workers.stream().allMatch(Worker::lost)) {
      lost = failure;
      ledger.failWaiting(failure);
    }
  }

  private void locked(Runnable section) {
    lock.lock();
    try {
      section.run();
    } finally {
      unlock();
    }
  }

  /** Unlocks, and only then does what calls foreign code: promises and listeners. */
  private void unlock() {
    List<Runnable> calls = ledger.takeCalls();
    lock.unlock();
    calls.forEach(Runnable::run);
  }
}
