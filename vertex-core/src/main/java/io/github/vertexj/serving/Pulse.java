package io.github.vertexj.serving;

import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pulse of the workers: which calls of predictors have not come back.
 *
 * <p>One that lasts beyond its requests' deadline is logged once, with the stack it hangs in. When
 * none has come back for a while, the model is of no use any more. Time is an argument.
 * Thread-safe.
 */
final class Pulse {
  private static final Logger LOG = LoggerFactory.getLogger(Pulse.class);

  private final LongSupplier nanoClock;
  private final long deadline;
  private final long patience;
  private final Consumer<String> lost;
  private final List<Watched<?, ?>> workers = new CopyOnWriteArrayList<>();

  /**
   * Creates a pulse of no workers.
   *
   * @param deadline when the requests of a call are answered in any case
   * @param patience how long after that all of them may hang
   * @param lost told when they have
   */
  Pulse(LongSupplier nanoClock, Duration deadline, Duration patience, Consumer<String> lost) {
    this.nanoClock = nanoClock;
    this.deadline = deadline.toNanos();
    this.patience = patience.toNanos();
    this.lost = lost;
  }

  /** Returns a worker's predictor, watched from now on. */
  <A, B> Predictor<A, B> of(Predictor<A, B> predictor) {
    Watched<A, B> worker = new Watched<>(predictor, workers.size());
    workers.add(worker);
    return worker;
  }

  /** Looks at all workers; to be called now and then. */
  void check() {
    long now = nanoClock.getAsLong();
    boolean allHang = !workers.isEmpty();
    for (Watched<?, ?> worker : workers) {
      allHang &= worker.hangs(now);
    }
    if (allHang) {
      lost.accept(
          "no worker has come back for %d s after the deadline"
              .formatted(TimeUnit.NANOSECONDS.toSeconds(patience)));
    }
  }

  /** A call that is under way. */
  private record Beat(Thread thread, long since) {}

  private final class Watched<A, B> implements Predictor<A, B> {
    private final Predictor<A, B> predictor;
    private final int number;
    private volatile @Nullable Beat beat;
    private volatile boolean told;

    Watched(Predictor<A, B> predictor, int number) {
      this.predictor = predictor;
      this.number = number;
    }

    @Override
    public List<B> predict(List<A> instances, Parameters parameters) throws Exception {
      beat = new Beat(Thread.currentThread(), nanoClock.getAsLong());
      try {
        return predictor.predict(instances, parameters);
      } finally {
        beat = null;
        if (told) {
          told = false;
          LOG.warn("Worker {} has come back, and works on", number);
        }
      }
    }

    /** Whether it has hung for longer than may be; logs it when its deadline has passed. */
    boolean hangs(long now) {
      Beat under = beat;
      long since = under == null ? 0 : now - under.since;
      if (under != null && since > deadline && !told) {
        told = true;
        Throwable stack = new Throwable("the stack that worker " + number + " hangs in");
        stack.setStackTrace(under.thread.getStackTrace());
        LOG.error(
            "Worker {} has not come back for {} s; its requests are answered with 504",
            number,
            TimeUnit.NANOSECONDS.toSeconds(since),
            stack);
      }
      return under != null && since > deadline + patience;
    }

    @Override
    public void close() {
      predictor.close();
    }
  }
}
