package io.github.vertexj.batch;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.OverloadedException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dynamic micro-batcher: it joins the instances of many requests into batches for few predictors
 * and hands each request its own predictions.
 *
 * <p>While a predictor is free and nothing waits, a request runs on the thread that submits it,
 * with no hand-off; under load each predictor has a thread of its own and batches form by
 * themselves. Requests share a batch if their {@link Parameters} are equal and their instances can
 * be stacked. A large request is cut into slices that take turns with the other requests.
 *
 * <p>Thread-safe.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public final class MicroBatcher<I, P> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MicroBatcher.class);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(20);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final BatchListener listener;
  private final Dispatcher<I, P> dispatcher;
  private final Submission.Owner<I, P> owner = new Settlement();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
  private volatile boolean draining;

  /**
   * Creates a batcher and starts its threads, one for each predictor and one that keeps time. They
   * are daemons: how long the process lives is for the server to say, not for a hanging predictor.
   *
   * @param predictors at least one; {@link #close} closes them
   * @param stackable whether two instances may stand in one batch: an equivalence, thread-safe and
   *     quick, called under a lock; if it throws, they may not
   */
  public MicroBatcher(
      List<? extends Predictor<I, P>> predictors,
      BatchPolicy policy,
      BiPredicate<? super I, ? super I> stackable,
      BatchListener listener) {
    this(predictors, policy, stackable, listener, new Preparations(i -> {}, predictors.size()));
  }

  /**
   * Creates a batcher as the constructor does, and has each predictor prepared before, one after
   * the other, on the thread it will have: where a library keeps something for each thread that
   * calls it, as CUDA's do, the predictor finds it there.
   *
   * @throws Exception of the preparation that failed, once the predictors are closed
   */
  public static <I, P> MicroBatcher<I, P> prepared(
      List<? extends Predictor<I, P>> predictors,
      BatchPolicy policy,
      BiPredicate<? super I, ? super I> stackable,
      BatchListener listener,
      Preparation preparation)
      throws Exception {
    Preparations preparations = new Preparations(preparation, predictors.size());
    MicroBatcher<I, P> batcher =
        new MicroBatcher<>(predictors, policy, stackable, listener, preparations);
    try {
      preparations.await();
      return batcher;
    } catch (Throwable failure) {
      batcher.close(Duration.ZERO);
      throw failure;
    }
  }

  private MicroBatcher(
      List<? extends Predictor<I, P>> predictors,
      BatchPolicy policy,
      BiPredicate<? super I, ? super I> stackable,
      BatchListener listener,
      Preparations preparations) {
    if (predictors.isEmpty()) {
      throw new IllegalArgumentException("predictors must not be empty");
    }
    this.listener = new GuardedListener(listener);
    this.dispatcher = new Dispatcher<>(policy, stackable, this.listener, System::nanoTime);
    for (Predictor<I, P> predictor : predictors) {
      Worker<I, P> worker = dispatcher.add(predictor, policy.maxBatchSize());
      Thread thread = preparations.newThread(threads.size(), worker);
      thread.setName("vertex-batch-" + threads.size());
      threads.add(thread);
    }
    threads.add(new Thread(this::keepTime, "vertex-batch-clock"));
    for (Thread thread : threads) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  /**
   * Submits a request that was not announced; as {@link #submit(List, Parameters, long, boolean,
   * Runnable, Consumer, Consumer)}, which may run it here, with all dependents attached to the
   * promise that is returned, and failed as a whole if one of its instances is refused.
   */
  public CompletableFuture<List<P>> submit(
      List<I> instances, Parameters parameters, long deadlineNanos, Runnable whenUnused) {
    arrival();
    return submit(instances, parameters, deadlineNanos, true, whenUnused, null, promise -> {});
  }

  /**
   * Submits a request that {@link #arrival} has announced.
   *
   * <p>If it may, a predictor is free and nothing waits, this call runs it and returns when the
   * request is done; so what must not wait for that, such as the reply at the deadline while the
   * predictor hangs, has to be attached by {@code prepare}. Dependents run on the thread that
   * completes the promise: the submitting one, a predictor's (long ones belong in {@code …Async}
   * there) or the one that keeps time. Cancelling the promise takes the request out of the queue.
   * The promise completes exceptionally with
   *
   * <ul>
   *   <li>{@link InvalidInputException}, its index counted in this request's instances, or -1
   *   <li>{@link OverloadedException} if too much waits already
   *   <li>{@link DeadlineExceededException} at the deadline, even while a predictor hangs
   *   <li>{@link OutOfMemoryException} if a single instance is too large for the device
   *   <li>{@link PredictorFailedException} if the predictor failed
   *   <li>{@link DeviceLostException} if its predictor was lost, or no predictor is left
   *   <li>{@link BatcherClosedException} after {@link #drain} or {@link #close}
   *   <li>{@link CancellationException} if the caller cancelled it
   * </ul>
   *
   * @param instances what to predict; must not change before {@code whenUnused}
   * @param deadlineNanos when the promise fails, as {@link System#nanoTime} counts; {@link
   *     Long#MAX_VALUE} for never
   * @param mayRunHere whether this call may run a predictor; if not, it leaves the request to a
   *     predictor's own thread and returns at once
   * @param whenUnused run exactly once, when the promise is done and no predictor will look at the
   *     instances any more
   * @param refusals takes the {@link InvalidInputException} of each instance at fault, its index
   *     counted in this request's instances, while the others are predicted; the list then holds
   *     null in its place. Called by any thread, before the promise is completed. Null: such an
   *     exception fails the promise
   * @param prepare given the promise before anything is done for it
   * @return the promise of one prediction per instance, in order, in an unmodifiable list
   */
  public CompletableFuture<List<P>> submit(
      List<I> instances,
      Parameters parameters,
      long deadlineNanos,
      boolean mayRunHere,
      Runnable whenUnused,
      @Nullable Consumer<? super InvalidInputException> refusals,
      Consumer<? super CompletableFuture<List<P>>> prepare) {
    Submission<I, P> submission =
        new Submission<>(owner, instances, parameters, deadlineNanos, whenUnused, refusals);
    prepare.accept(submission);
    open.incrementAndGet();
    Pending<I, P> slice = Pending.of(submission, System.nanoTime());
    if (instances.isEmpty()) {
      arrivalOver();
      slice.succeed(new Object[0], 0);
      return submission;
    }
    Dispatcher.Turn<I, P> turn = dispatcher.admit(slice, mayRunHere);
    while (turn != null) {
      Runnable answers = turn.worker().runner.run(turn.batch());
      turn = dispatcher.handBack(turn, submission); // the predictor is free before anyone is told
      answers.run();
    }
    return submission;
  }

  /**
   * Announces a request whose body is on its way: an incomplete batch may wait {@link
   * BatchPolicy#maxBatchDelay} for it. Each call is matched by one of {@link #submit} or {@link
   * #arrivalOver}; free if there is no delay.
   */
  public void arrival() {
    dispatcher.arrival();
  }

  /** Takes back an announcement: that request will not be submitted. */
  public void arrivalOver() {
    dispatcher.arrivalOver();
  }

  /** The number of instances that wait now, not counting those a predictor works on. */
  public int queuedInstances() {
    return dispatcher.queuedInstances();
  }

  /** The number of requests that wait now, at least in part. */
  public int queuedRequests() {
    return dispatcher.queuedRequests();
  }

  /**
   * Refuses new requests from now on and finishes those accepted.
   *
   * @return the promise that completes when all of them are done and no predictor works on them
   */
  public CompletableFuture<@Nullable Void> drain() {
    dispatcher.drain();
    draining = true;
    completeIfDrained();
    return drained.copy();
  }

  /** Closes within about 20 seconds (C1.45). */
  @Override
  public void close() {
    close(LONGEST_CLOSE);
  }

  /**
   * Drains, fails what is not done in time, stops the threads and closes the predictors. A
   * predictor that still works on a batch then is closed by its own thread when that call returns.
   * Not to be called by a predictor or a dependent of a promise: it would wait for itself.
   *
   * @param longest how long to wait for requests; idle predictors get a second to close in any case
   * @return whether every predictor is closed, so that what they share can be
   */
  public boolean close(Duration longest) {
    long started = System.nanoTime();
    try {
      awaitDrained(longest);
      dispatcher.close();
      long until = started + (drained.isDone() ? longest.plus(CLOSING) : longest).toNanos();
      for (Thread thread : threads) {
        if (thread != Thread.currentThread()) {
          NANOSECONDS.timedJoin(thread, until - System.nanoTime());
        }
      }
    } catch (InterruptedException e) {
      dispatcher.close();
      Thread.currentThread().interrupt();
    }
    return threads.stream().noneMatch(Thread::isAlive);
  }

  private void awaitDrained(Duration longest) throws InterruptedException {
    try {
      drain().get(longest.toNanos(), NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.warn("Requests not done within {} are given up", longest);
    } catch (ExecutionException e) {
      throw new AssertionError("nothing fails this promise", e);
    }
  }

  private void completeIfDrained() {
    if (draining && open.get() == 0) {
      drained.complete(null);
    }
  }

  @SuppressWarnings("CatchingUnchecked") // time must go on, whatever a dependent of a promise does
  private void keepTime() {
    boolean open = true;
    while (open) {
      try {
        open = dispatcher.keepTime();
      } catch (RuntimeException | Error e) {
        LOG.error("The clock of the batcher hit an error and goes on", e);
      }
    }
  }

  /** What submissions tell this batcher. */
  private final class Settlement implements Submission.Owner<I, P> {
    @Override
    public void abandoned(Submission<I, P> submission) {
      dispatcher.abandon(submission);
    }

    @Override
    public void timedOut(Submission<I, P> submission) {
      listener.onDeadlineExceeded(submission.instances().size());
    }

    @Override
    public void released(Submission<I, P> submission) {
      try {
        submission.whenUnused().run();
      } catch (RuntimeException | Error e) {
        LOG.error("What was to be done with unused instances failed", e);
      } finally {
        open.decrementAndGet();
        completeIfDrained();
      }
    }
  }
}
