package io.github.vertexj.serving;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictionSteps;
import io.github.vertexj.WorkerPredictor;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.batch.MicroBatcher;
import io.github.vertexj.batch.Preparation;
import io.github.vertexj.envelope.InstanceFaults;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.formats.BodyFormats;
import io.github.vertexj.formats.Exchange;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.start.StartedModel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model whose workers are loaded and warm: body in, reply out.
 *
 * <p>Instances are converted to what the predictors take when they are read, and predictions back
 * when they are written. Thread-safe.
 *
 * @param <I> an instance as the caller sends it
 * @param <P> a prediction as the caller gets it
 * @param <A> an instance as the predictors take it, which is batched
 * @param <B> a prediction as the predictors make it
 */
final class LoadedModel<I, P, A, B> {
  private static final Duration LAST_REPLIES = Duration.ofSeconds(1);

  private final io.github.vertexj.LoadedModel<I, P> model;
  private final MicroBatcher<A, B> batcher;
  private final Conversions<I, P, A, B> conversions;
  private final BodyFormats<I, P> formats;
  private final @Nullable Function<Parameters, @Nullable Object> metadata;
  private final boolean quick;
  private final boolean mayRunHere;

  private LoadedModel(
      io.github.vertexj.LoadedModel<I, P> model,
      PredictionSteps<I, P, A, B> steps,
      MicroBatcher<A, B> batcher,
      BodyFormats<I, P> formats) {
    this.model = model;
    this.batcher = batcher;
    this.conversions = new Conversions<>(steps);
    this.formats = formats;
    this.metadata = model.metadata();
    this.mayRunHere = !model.ownThreads();
    this.quick = !steps.converts() && metadata == null && QuickWork.suits(model.instanceReader());
  }

  /**
   * Makes a model's predictors and warms them up; if that fails, they and the model are closed.
   *
   * @param progress told which worker is warmed up
   */
  static <I, P> LoadedModel<I, P, ?, ?> warmedUp(
      StartedModel<I, P> started, BatchListener listener, LoadProgress progress, BytePool pool)
      throws Exception {
    try {
      return warmedUp(started, started.model().steps(), listener, progress, formats(started, pool));
    } catch (Throwable failure) {
      started.model().close();
      throw failure;
    }
  }

  private static <I, P, A, B> LoadedModel<I, P, A, B> warmedUp(
      StartedModel<I, P> started,
      PredictionSteps<I, P, A, B> steps,
      BatchListener listener,
      LoadProgress progress,
      BodyFormats<I, P> formats)
      throws Exception {
    BatchPolicy policy = started.model().batchPolicy();
    List<WorkerPredictor<I, A, B>> predictors = steps.newPredictors(started.model().workers());
    Preparation warmUp =
        worker -> {
          progress.report("warming up worker %d of %d".formatted(worker + 1, predictors.size()));
          predictors.get(worker).warmUp(started.samples(), policy.maxBatchSize());
        };
    MicroBatcher<A, B> batcher =
        MicroBatcher.prepared(predictors, policy, steps::stackable, listener, warmUp);
    return new LoadedModel<>(started.model(), steps, batcher, formats);
  }

  private static <I, P> BodyFormats<I, P> formats(StartedModel<I, P> started, BytePool pool) {
    io.github.vertexj.LoadedModel<I, P> model = started.model();
    return BodyFormats.of(
            model.instanceReader(),
            model.predictionWriter(),
            started.settings().envelopeRules(),
            pool)
        .named(started.deployed().deployedModelId());
  }

  /** The formats that requests may come in. */
  BodyFormats<I, P> formats() {
    return formats;
  }

  /**
   * Predicts the body of a request, in whatever format it is.
   *
   * @param body closed here, on every path
   * @param executor runs what is left to do when the predictions come from another thread
   * @param promise completed with the reply; work that still waits is not done once it is cancelled
   */
  void predict(
      RequestHead head,
      Body body,
      long deadlineNanos,
      Executor executor,
      CompletableFuture<Reply> promise) {
    Exchange<A, B> exchange = read(head, body, promise);
    if (exchange != null) {
      SubmittingThread submitting = new SubmittingThread(executor);
      submit(exchange, deadlineNanos, mayRunHere, predicted -> submitting, promise);
      submitting.returned();
    }
  }

  /** Whether a body may be passed to {@link #predictQuickly}. */
  boolean quick(Body body) {
    return quick && QuickWork.suits(body);
  }

  /**
   * Predicts as {@link #predict} does, but takes only moments of the calling thread.
   *
   * @param executor writes a reply that is not small
   * @param quickExecutor writes a small one
   */
  void predictQuickly(
      RequestHead head,
      Body body,
      long deadlineNanos,
      Executor executor,
      Executor quickExecutor,
      CompletableFuture<Reply> promise) {
    Exchange<A, B> exchange = read(head, body, promise);
    if (exchange != null) {
      submit(
          exchange,
          deadlineNanos,
          false,
          predicted -> QuickWork.writing(predicted, quickExecutor, executor),
          promise);
    }
  }

  /** Reads, closes and converts a body; null if nothing is left to do but to send the reply. */
  private @Nullable Exchange<A, B> read(
      RequestHead head, Body body, CompletableFuture<Reply> promise) {
    Exchange<A, B> exchange;
    try {
      exchange = conversions.convert(read(head, body), promise);
    } catch (Throwable failure) { // a reader's own code may throw anything, and somebody waits
      batcher.arrivalOver();
      promise.complete(Replies.failure(failure));
      return null;
    }
    if (exchange.request().instances().isEmpty()) {
      exchange.request().close();
      batcher.arrivalOver();
      settle(promise, write(exchange, List.of()), null);
      return null;
    }
    return exchange;
  }

  private Exchange<I, P> read(RequestHead head, Body body) {
    try (body) {
      return formats.read(head.headers(), body.take(), 0, body.length());
    }
  }

  @SuppressWarnings("NullAway") // an instance may be null, as Predictor says of its I
  private void submit(
      Exchange<A, B> exchange,
      long deadlineNanos,
      boolean mayRunHere,
      Function<CompletableFuture<List<B>>, Executor> writing,
      CompletableFuture<Reply> promise) {
    PredictRequest<A> request = exchange.request();
    InstanceFaults faults = request.faults();
    SharedMemory memory = new SharedMemory(request);
    var unused = // connected already, since this returns only when a predictor that ran here has
        batcher.submit(
            request.instances(),
            request.parameters(),
            deadlineNanos,
            mayRunHere,
            memory::release,
            faults == null ? null : refusal -> Replies.inPlace(refusal, faults),
            predicted -> connect(predicted, promise, exchange, writing.apply(predicted), memory));
  }

  /**
   * Predicts instances that belong to whoever calls, and waits for it; may convert them and run the
   * predictor on this thread.
   *
   * @param abandoned once it is so, nothing more is converted
   * @param prepare given the promise that is waited for, before anything is done for it
   * @throws java.util.concurrent.CompletionException as the promise does
   * @throws RuntimeException if a conversion fails
   */
  List<P> predict(
      List<I> instances,
      Parameters parameters,
      long deadlineNanos,
      BooleanSupplier abandoned,
      Consumer<CompletableFuture<?>> prepare) {
    return conversions.predict(
        instances,
        abandoned,
        converted -> {
          batcher.arrival();
          return batcher
              .submit(converted, parameters, deadlineNanos, mayRunHere, () -> {}, null, prepare)
              .join();
        });
  }

  /** Lets the reply follow the predictions, and a cancelled promise of it cancel them. */
  @SuppressWarnings("FutureReturnValueIgnored") // the two promises are all that anybody waits for
  private void connect(
      CompletableFuture<List<B>> predicted,
      CompletableFuture<Reply> promise,
      Exchange<A, B> exchange,
      Executor executor,
      SharedMemory memory) {
    predicted
        .handleAsync((done, failure) -> reply(exchange, done, failure), executor)
        .whenComplete(
            (reply, failure) -> {
              memory.release();
              settle(promise, reply, failure);
            });
    promise.whenComplete((reply, failure) -> predicted.cancel(false)); // no effect once it is done
  }

  private static void settle(
      CompletableFuture<Reply> promise, @Nullable Reply reply, @Nullable Throwable failure) {
    if (reply == null) {
      promise.completeExceptionally(
          failure == null ? new IllegalStateException("no reply") : failure);
    } else if (!promise.complete(reply)) {
      reply.close(); // the client has gone
    }
  }

  private Reply reply(
      Exchange<A, B> exchange, @Nullable List<B> predictions, @Nullable Throwable failure) {
    return predictions == null
        ? Replies.failure(failure == null ? new IllegalStateException("no outcome") : failure)
        : write(exchange, predictions);
  }

  private Reply write(Exchange<A, B> exchange, List<B> predictions) {
    try {
      Object about = metadata == null ? null : metadata.apply(exchange.request().parameters());
      Reply reply = Reply.of(Replies.OK, exchange.write(predictions, about));
      InstanceFaults faults = exchange.request().faults();
      if (faults != null) {
        faults.unwritten().ifPresent(Replies::logUnwritten);
      }
      return reply;
    } catch (Throwable failure) { // as above, a writer's code
      return Replies.failure(failure);
    }
  }

  /** Tells the batcher that a request is on its way in; {@link #predict} or the other follows. */
  void arrival() {
    batcher.arrival();
  }

  void arrivalOver() {
    batcher.arrivalOver();
  }

  int workers() {
    return model.workers();
  }

  /** One line for the log: device, workers, batch policy, and what the model says of itself. */
  String description() {
    BatchPolicy policy = model.batchPolicy();
    Duration delay = policy.maxBatchDelay();
    String phrase = model.description();
    return "device %s, %d worker%s, batches of up to %d%s, up to %d instances waiting%s"
        .formatted(
            model.device(),
            model.workers(),
            model.workers() == 1 ? "" : "s",
            policy.maxBatchSize(),
            delay.isZero() ? "" : " within " + delay.toMillis() + " ms",
            policy.maxQueuedInstances(),
            phrase.isEmpty() ? "" : "; " + phrase);
  }

  /** Whether instances are converted, which may take long. */
  boolean converts() {
    return !conversions.none();
  }

  /**
   * Closes predictors and model, unless a predictor or conversion still runs after the patience
   * given.
   */
  boolean close(Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    // First, since what is being converted has yet to be submitted.
    boolean converted = conversions.close(patience);
    boolean predicted = batcher.close(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
    boolean finished = predicted && (converted || conversions.close(LAST_REPLIES));
    if (finished) {
      model.close();
    } else {
      conversions.giveUp();
    }
    return finished;
  }
}
