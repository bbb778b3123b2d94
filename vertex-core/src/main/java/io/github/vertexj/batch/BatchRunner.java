package io.github.vertexj.batch;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Predictor;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One predictor, and what is done when it fails: parts of the batch are tried again until the
 * request at fault is alone with its error.
 *
 * <p>The effort is bounded. A batch of n requests that fails without naming an instance costs at
 * most 4·⌈log₂ n⌉ further calls, enough to single out any two culprits; what then still fails
 * together, fails together. An instance named by {@link InvalidInputException#at} costs one further
 * call. Where the requests are separable, an {@link InvalidInputException} without a name is
 * followed by halves to each instance at fault: of n instances, at most 2·(n − 1) further calls
 * with n·⌈log₂ n⌉ instances in all. A batch too large for the device's memory is run in smaller
 * parts, down to single instances.
 *
 * <p>Used by one thread at a time.
 */
final class BatchRunner<I, P> {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  private final Predictor<I, P> predictor;
  private final MemoryLimit limit;
  private final BatchListener listener;
  private final LongSupplier nanoClock;
  private final ArrayDeque<Batch<I, P>> todo = new ArrayDeque<>();
  private int reruns;
  private boolean interrupted;
  private @Nullable DeviceLostException lost;

  BatchRunner(
      Predictor<I, P> predictor, int maxBatchSize, BatchListener listener, LongSupplier nanoClock) {
    this.predictor = predictor;
    this.limit = new MemoryLimit(maxBatchSize);
    this.listener = listener;
    this.nanoClock = nanoClock;
  }

  /** The most instances of the next batch. */
  int limit() {
    return limit.size();
  }

  /** Why this predictor can never predict again; null if it can. */
  @Nullable DeviceLostException lost() {
    return lost;
  }

  /**
   * Runs a batch; never throws. If the predictor was interrupted, so is the thread on return.
   *
   * @return what answers the requests of the last part, to be run once the predictor has been
   *     passed on; all others have their answers
   */
  Runnable run(Batch<I, P> batch) {
    reruns = 4 * (Integer.SIZE - Integer.numberOfLeadingZeros(batch.slices().size() - 1));
    todo.add(batch);
    Runnable answers = BatchRunner::answerNobody;
    try {
      for (Batch<I, P> part = todo.peek(); part != null; part = todo.peek()) {
        answers.run();
        answers = attempt(part);
        todo.poll();
      }
    } catch (Throwable e) { // not the predictor's: attempt takes care of those
      LOG.error("A batch could not be run", e);
      failRest(new PredictorFailedException("The batch could not be run", e));
    }
    if (interrupted) {
      interrupted = false;
      Thread.currentThread().interrupt();
    }
    return answers;
  }

  /** Closes the predictor. */
  void close() {
    try {
      predictor.close();
    } catch (RuntimeException | Error e) {
      LOG.warn("A predictor could not be closed", e);
    }
  }

  private Runnable attempt(Batch<I, P> formed) {
    Batch<I, P> batch = formed.withoutOver();
    if (batch == null) {
      return BatchRunner::answerNobody;
    }
    if (batch.size() > limit.size()) {
      todo.addAll(batch.split(limit.size()));
      return BatchRunner::answerNobody;
    }
    long started = nanoClock.getAsLong();
    @Nullable Object[] predictions;
    try {
      predictions = predict(batch);
    } catch (Throwable e) {
      listener.onFailure(batch.size(), e);
      recover(batch, e);
      return BatchRunner::answerNobody;
    }
    limit.fitted(batch.size());
    long queued = started - batch.first().since();
    listener.onBatch(batch.size(), queued, nanoClock.getAsLong() - started);
    return () -> succeed(batch, predictions);
  }

  private static void answerNobody() {}

  private static void succeed(Batch<?, ?> batch, @Nullable Object[] predictions) {
    try {
      batch.succeed(predictions);
    } catch (Throwable e) { // such as no heap left for the list: nobody may wait for ever
      batch.fail(new PredictorFailedException("The predictions could not be handed out", e));
    }
  }

  /** Returns the predictions as an array: a list may be lazy, or used again by the predictor. */
  private @Nullable Object[] predict(Batch<I, P> batch) throws Exception {
    @Nullable List<P> returned = predictor.predict(batch.instances(), batch.parameters());
    if (returned == null) {
      throw new PredictorFailedException(
          "The predictor returned null for " + batch.size() + " instances", null);
    }
    @Nullable Object[] predictions = returned.toArray();
    if (predictions.length != batch.size()) {
      throw new PredictorFailedException(
          "The predictor returned %d predictions for %d instances"
              .formatted(predictions.length, batch.size()),
          null);
    }
    return predictions;
  }

  private void recover(Batch<I, P> batch, Throwable failure) {
    interrupted |= failure instanceof InterruptedException;
    if (failure instanceof Error) {
      LOG.error("The predictor failed with an error", failure);
    }
    if (failure instanceof DeviceLostException e) {
      LOG.error("A predictor is lost for good", e);
      lost = e;
      failRest(e);
    } else if (failure instanceof OutOfMemoryException && batch.size() > 1) {
      limit.failed(batch.size());
      todo.addAll(batch.split(limit.size()));
    } else if (failure instanceof InvalidInputException e && e.concernsParameters()) {
      batch.fail(e); // which they all have
    } else if (failure instanceof InvalidInputException e && names(e, batch)) {
      refuse(batch, e.index(), e);
    } else if (failure instanceof InvalidInputException e && batch.separable()) {
      separate(batch, e);
    } else if (batch.slices().size() == 1) {
      batch.fail(answer(failure));
    } else {
      search(batch, failure);
    }
  }

  private static boolean names(InvalidInputException failure, Batch<?, ?> batch) {
    return failure.index() >= 0 && failure.index() < batch.size();
  }

  private void refuse(Batch<I, P> batch, int index, InvalidInputException refusal) {
    Batch<I, P> rest = batch.refuse(index, refusal);
    if (rest != null) {
      todo.add(rest);
    }
  }

  /** Halves a batch until the instance at fault is alone. */
  private void separate(Batch<I, P> batch, InvalidInputException refusal) {
    if (batch.size() == 1) {
      refuse(batch, 0, refusal);
    } else {
      todo.addAll(batch.split((batch.size() + 1) / 2));
    }
  }

  /**
   * Looks for the culprit by halves. The JVM's own failures (heap exhausted, internal error) have
   * no culprit; whether they should end the process is the JVM's to decide ({@code
   * -XX:+ExitOnOutOfMemoryError}), so the worker lives on.
   */
  private void search(Batch<I, P> batch, Throwable failure) {
    boolean hopeless =
        failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
    if (hopeless || reruns < 2) {
      batch.fail(failed(failure));
    } else {
      reruns -= 2;
      todo.addAll(batch.halves());
    }
  }

  /** What a request alone in a failed batch is told. */
  private static Throwable answer(Throwable failure) {
    if (failure instanceof InvalidInputException e) {
      return e.index() < 0 ? e : new InvalidInputException(String.valueOf(e.getMessage()));
    }
    return failure instanceof OutOfMemoryException ? failure : failed(failure);
  }

  private static PredictorFailedException failed(Throwable failure) {
    return failure instanceof PredictorFailedException e
        ? e
        : new PredictorFailedException("The predictor failed", failure);
  }

  private void failRest(Throwable failure) {
    todo.forEach(batch -> batch.fail(failure));
    todo.clear();
  }
}
