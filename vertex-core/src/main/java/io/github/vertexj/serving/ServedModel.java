package io.github.vertexj.serving;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictionSteps;
import io.github.vertexj.Predictor;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.WorkerPredictor;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.batch.BatcherClosedException;
import io.github.vertexj.batch.DeadlineExceededException;
import io.github.vertexj.batch.MicroBatcher;
import io.github.vertexj.batch.Preparation;
import io.github.vertexj.envelope.InstanceFaults;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.formats.BodyFormat;
import io.github.vertexj.formats.BodyFormats;
import io.github.vertexj.formats.Exchange;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.Document;
import io.github.vertexj.start.StartedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
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
final class ServedModel<I, P, A, B> {
  private static final Duration LAST_REPLIES = Duration.ofSeconds(1);
  private static final Duration CHECK = Duration.ofSeconds(1);
  private static final Duration BATCHER_FIRST = Duration.ofMillis(100);

  /** The bytes of tensors that are read, or written, in less than a millisecond. */
  private static final int QUICK_BYTES = 64 * 1024;

  /**
   * What a served model works with.
   *
   * @param listener told of its batches
   * @param progress told which worker is warmed up
   * @param pool lends memory to bodies, tensors and replies
   * @param threads keep time for conversions and look after the workers
   * @param failed told why, when it is of no use any more
   */
  record Surroundings(
      BatchListener listener,
      LoadProgress progress,
      BytePool pool,
      HandlerThreads threads,
      Consumer<String> failed) {}

  private final LoadedModel<I, P> model;
  private final MicroBatcher<A, B> batcher;
  private final Conversions<I, P, A, B> conversions;
  private final BodyFormats<I, P> formats;
  private final @Nullable Function<Parameters, @Nullable Object> metadata;
  private final HandlerThreads threads;
  private final Destination inJson;

  /** Whether no code but this library's runs where requests are read and replies written. */
  private final boolean quick;

  private final boolean mayRunHere;
  private volatile boolean closing;

  private ServedModel(
      LoadedModel<I, P> model,
      PredictionSteps<I, P, A, B> steps,
      MicroBatcher<A, B> batcher,
      BodyFormats<I, P> formats,
      HandlerThreads threads) {
    this.model = model;
    this.batcher = batcher;
    this.conversions = new Conversions<>(steps);
    this.formats = formats;
    this.threads = threads;
    this.inJson = new InFormat(formats);
    this.metadata = model.metadata();
    this.mayRunHere = !model.ownThreads();
    this.quick = !steps.converts() && metadata == null && readsTensors(model.instanceReader());
  }

  /**
   * Makes a model's predictors and warms them up; if that fails, they and the model are closed.
   *
   * @param around what it works with
   */
  static <I, P> ServedModel<I, P, ?, ?> warmedUp(StartedModel<I, P> started, Surroundings around)
      throws Exception {
    try {
      return warmedUp(started, started.model().steps(), around);
    } catch (Throwable failure) {
      started.model().close();
      throw failure;
    }
  }

  private static <I, P, A, B> ServedModel<I, P, A, B> warmedUp(
      StartedModel<I, P> started, PredictionSteps<I, P, A, B> steps, Surroundings around)
      throws Exception {
    BatchPolicy policy = started.model().batchPolicy();
    List<WorkerPredictor<I, A, B>> predictors = steps.newPredictors(started.model().workers());
    Preparation warmUp =
        new Preparation() {
          @Override
          public void prepare(int worker) throws Exception {
            around
                .progress()
                .report("warming up worker %d of %d".formatted(worker + 1, predictors.size()));
            predictors.get(worker).warmUp(started.samples(), policy.maxBatchSize());
          }

          @Override
          public Thread newThread(Runnable work) {
            return started.model().workerThreads().newThread(work);
          }
        };
    Pulse pulse =
        new Pulse(
            System::nanoTime,
            started.settings().timeouts().request(),
            started.settings().timeouts().worker(),
            around.failed());
    List<Predictor<A, B>> watched = new ArrayList<>();
    predictors.forEach(predictor -> watched.add(pulse.of(predictor)));
    MicroBatcher<A, B> batcher =
        MicroBatcher.prepared(watched, policy, steps::stackable, around.listener(), warmUp);
    var unused = around.threads().every(CHECK, pulse::check);
    return new ServedModel<>(
        started.model(), steps, batcher, formats(started, around.pool()), around.threads());
  }

  private static <I, P> BodyFormats<I, P> formats(StartedModel<I, P> started, BytePool pool) {
    LoadedModel<I, P> model = started.model();
    return BodyFormats.of(
            model.instanceReader(),
            model.predictionWriter(),
            started.settings().envelopeRules(),
            pool)
        .named(started.deployed().deployedModelId());
  }

  private static boolean readsTensors(InstanceReader<?> reader) {
    return reader instanceof InstanceReader.SingleTensor
        || reader instanceof InstanceReader.TensorGroup;
  }

  /** The formats that requests may come in. */
  BodyFormats<I, P> formats() {
    return formats;
  }

  /** Returns where requests belong whose bodies are in a format of the model's. */
  Destination in(BodyFormat<I, P> format) {
    return new InFormat(format);
  }

  /** Returns where requests belong whose bodies are JSON as a whole. */
  Destination inJson() {
    return inJson;
  }

  /** The model in one of its formats. */
  private final class InFormat implements Destination {
    private final BodyFormat<I, P> format;

    InFormat(BodyFormat<I, P> format) {
      this.format = format;
    }

    @Override
    public void answer(Call call) {
      if (closing) {
        throw new BatcherClosedException("The server is stopping");
      }
      if (!conversions.none()) {
        answerInTime(call);
      }
      predict(call, format);
    }

    @Override
    public boolean quick(int bytes) {
      return quick && bytes <= QUICK_BYTES;
    }

    @Override
    public void announce() {
      batcher.arrival();
    }

    @Override
    public void unannounce() {
      batcher.arrivalOver();
    }
  }

  /**
   * Answers at the deadline though a conversion hangs; where a predictor does, the batcher's clock
   * comes first. It does so on the clock's thread, as others may wait for that conversion.
   */
  private void answerInTime(Call call) {
    Runnable answer =
        () -> call.fail(new DeadlineExceededException("The reply was not ready in time"));
    ScheduledFuture<?> alarm = threads.after(call.timeout().plus(BATCHER_FIRST), answer);
    var unused = call.reply().whenComplete((reply, failure) -> alarm.cancel(false));
  }

  private void predict(Call call, BodyFormat<I, P> format) {
    long deadlineNanos = System.nanoTime() + call.timeout().toNanos();
    Exchange<A, B> exchange;
    try {
      exchange = conversions.convert(read(call, format), call, deadlineNanos);
    } catch (Throwable failure) { // a reader's own code may throw anything, and somebody waits
      call.unannounce();
      call.fail(failure);
      return;
    }
    PredictRequest<A> request = exchange.request();
    call.whenUnused(request::close);
    if (request.instances().isEmpty()) {
      call.unannounce();
      call.deliver(write(exchange, List.of()));
    } else {
      submit(call, exchange, deadlineNanos);
    }
  }

  private Exchange<I, P> read(Call call, BodyFormat<I, P> format) {
    Body body = call.body();
    try {
      return format.read(
          call.head().headers(), new Document(body.array(), 0, body.length(), call.memory()));
    } finally {
      body.release();
    }
  }

  @SuppressWarnings("NullAway") // an instance may be null, as Predictor says of its I
  private void submit(Call call, Exchange<A, B> exchange, long deadlineNanos) {
    PredictRequest<A> request = exchange.request();
    InstanceFaults faults = request.faults();
    call.hold(); // by the predictor: its predictions may be views of its instances,
    call.hold(); // and by the reply, which is written of them
    call.takeAnnouncement(); // which the batcher takes back as it takes the request in
    var unused = // connected already, since this returns only when a predictor that ran here has
        batcher.submit(
            request.instances(),
            request.parameters(),
            deadlineNanos,
            call.mayBlock() && mayRunHere,
            call::release,
            faults == null ? null : refusal -> Replies.inPlace(refusal, faults),
            predicted -> call.follow(predicted, new ReplyWriting(exchange, predicted)));
  }

  /** The writing of the reply to predictions, or to their failure. */
  private final class ReplyWriting implements Call.Writing {
    private final Exchange<A, B> exchange;
    private final CompletableFuture<List<B>> predicted; // done when this is used

    ReplyWriting(Exchange<A, B> exchange, CompletableFuture<List<B>> predicted) {
      this.exchange = exchange;
      this.predicted = predicted;
    }

    @Override
    public boolean quick() {
      return quick && (predicted.isCompletedExceptionally() || small(predicted.join()));
    }

    @Override
    public Reply write() {
      try {
        return ServedModel.this.write(exchange, predicted.join());
      } catch (CompletionException e) {
        return Replies.failure(e.getCause() == null ? e : e.getCause());
      } catch (CancellationException e) {
        return Replies.failure(e);
      }
    }

    private static boolean small(List<?> predictions) {
      long bytes = 0;
      for (Object prediction : predictions) {
        bytes += bytes(prediction);
      }
      return bytes <= QUICK_BYTES;
    }

    private static long bytes(Object prediction) {
      if (prediction instanceof Tensor tensor) {
        return tensor.length();
      }
      return prediction instanceof Tensors tensors
          ? tensors.list().stream().mapToLong(Tensor::length).sum()
          : Integer.MAX_VALUE;
    }
  }

  /**
   * Predicts instances that belong to whoever calls, and waits for it; may convert them and run the
   * predictor on this thread.
   *
   * @param request of the caller; once it is abandoned, nothing more is converted
   * @param prepare given the promise that is waited for, before anything is done for it
   * @throws java.util.concurrent.CompletionException as the promise does
   * @throws RuntimeException if a conversion fails
   */
  List<P> predict(
      List<I> instances,
      Parameters parameters,
      CallRequest request,
      Consumer<CompletableFuture<?>> prepare) {
    return conversions.predict(
        instances,
        request,
        converted -> {
          batcher.arrival();
          long deadline = request.deadlineNanos();
          return batcher
              .submit(converted, parameters, deadline, mayRunHere, () -> {}, null, prepare)
              .join();
        });
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

  /** How many threads that run calls may be held up by predictors at a time. */
  int threadsHeldUp() {
    return mayRunHere ? model.workers() : 0;
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

  /**
   * Closes predictors and model, unless a predictor or conversion still runs after the patience
   * given.
   */
  boolean close(Duration patience) {
    closing = true;
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
