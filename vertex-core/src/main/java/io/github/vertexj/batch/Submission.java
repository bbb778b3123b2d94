package io.github.vertexj.batch;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A submitted request: the promise given to its caller, which joins the predictions of its slices.
 *
 * <p>Counts the {@link Pending} slices that may still reach a predictor; when none is left the
 * instances' memory is free. Slices may be answered by several threads at a time; the fields marked
 * so belong to the batcher's lock.
 */
final class Submission<I, P> extends CompletableFuture<List<P>> {

  /** What a submission tells the batcher it was submitted to. */
  interface Owner<I, P> {
    /** The caller has cancelled or completed the promise. */
    void abandoned(Submission<I, P> submission);

    /** The promise has failed since its deadline passed. */
    void timedOut(Submission<I, P> submission);

    /** No predictor will look at the instances any more; called once. */
    void released(Submission<I, P> submission);
  }

  private final Owner<I, P> owner;
  private final Runnable whenUnused;
  private final List<I> instances;
  private final Parameters parameters;
  private final @Nullable Consumer<? super InvalidInputException> refusals;
  private final AtomicInteger uses = new AtomicInteger(1);
  private final AtomicInteger missing;
  private @Nullable Object @Nullable [] joined;
  private volatile boolean expired;

  /** When the promise fails, on the batcher's clock; {@link Deadlines#NEVER} if not at all. */
  final long deadline;

  /** Its place in {@link Deadlines}; guarded by the batcher's lock. */
  int slot = Deadlines.ABSENT;

  /** Whether a slice stands in the queue; guarded by the batcher's lock. */
  boolean waiting;

  /** How many of its slices are with a predictor; guarded by the batcher's lock. */
  int running;

  Submission(
      Owner<I, P> owner,
      List<I> instances,
      Parameters parameters,
      long deadline,
      Runnable whenUnused,
      @Nullable Consumer<? super InvalidInputException> refusals) {
    this.owner = owner;
    this.instances = instances;
    this.parameters = parameters;
    this.deadline = deadline;
    this.whenUnused = whenUnused;
    this.refusals = refusals;
    this.missing = new AtomicInteger(instances.size());
  }

  List<I> instances() {
    return instances;
  }

  Parameters parameters() {
    return parameters;
  }

  Runnable whenUnused() {
    return whenUnused;
  }

  /** Whether an instance that is refused leaves the others their predictions. */
  boolean separable() {
    return refusals != null;
  }

  /** Whether nobody wants the predictions any more. */
  boolean over() {
    return expired || isDone();
  }

  /** Marks the deadline as passed: from now on no slice starts. */
  void expire() {
    expired = true;
  }

  /**
   * Counts one slice more. The first split is made by the only thread that sees this submission's
   * slices, so the array it makes is seen by whoever is handed a slice later.
   */
  void split() {
    if (joined == null) {
      joined = new Object[instances.size()];
    }
    uses.incrementAndGet();
  }

  /** Takes a slice's predictions, {@code all[at]} being that of instance {@code from}. */
  void predicted(int from, int count, @Nullable Object[] all, int at) {
    @Nullable Object[] whole = joined;
    if (whole != null) {
      System.arraycopy(all, at, whole, from, count);
    } else {
      whole = all.length == count ? all : Arrays.copyOfRange(all, at, at + count);
    }
    if (missing.addAndGet(-count) == 0) {
      super.complete(predictions(whole));
    }
  }

  /** Takes the refusal of the instance it names: alone if that is wanted, or for all of them. */
  void refused(InvalidInputException refusal) {
    if (refusals == null) {
      fail(refusal);
    } else {
      refusals.accept(refusal);
      predicted(refusal.index(), 1, new Object[1], 0);
    }
  }

  /** Fails the promise, for the whole request. */
  void fail(Throwable failure) {
    super.completeExceptionally(failure);
  }

  /** Fails the promise, since its deadline has passed. */
  void timeOut() {
    if (super.completeExceptionally(
        new DeadlineExceededException("The predictions were not ready in time"))) {
      owner.timedOut(this);
    }
  }

  /** Counts one slice less; a request without any is done. */
  void release() {
    if (uses.decrementAndGet() == 0) {
      if (expired) {
        timeOut(); // the thread that found it expired has not come to this yet
      }
      owner.released(this);
    }
  }

  @SuppressWarnings("unchecked") // the array was filled from lists of P
  private static <P> List<P> predictions(@Nullable Object[] all) {
    return (List<P>) Collections.unmodifiableList(Arrays.asList(all));
  }

  @Override
  public boolean complete(List<P> value) {
    return abandon(super.complete(value));
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    return abandon(super.completeExceptionally(failure));
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    abandon(cancelled);
    return cancelled;
  }

  private boolean abandon(boolean done) {
    if (done) {
      owner.abandoned(this);
    }
    return done;
  }
}
