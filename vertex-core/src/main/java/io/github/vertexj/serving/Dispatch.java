package io.github.vertexj.serving;

import io.github.vertexj.Handlers;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawHandler;
import io.github.vertexj.RawRequest;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.batch.DeadlineExceededException;
import io.github.vertexj.env.Routes;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.start.ModelStart;
import io.github.vertexj.start.ServingSettings;
import io.github.vertexj.start.StartedModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Who gets a request: the model, in one of its formats, or one of its provider's raw handlers
 * (C4.26).
 *
 * <p>Thread-safe.
 */
final class Dispatch<I, P> {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final Duration BATCHER_FIRST = Duration.ofMillis(100);
  private static final String CLOSING = "the server is shutting down";

  private final PredictorProvider<I, P> provider;
  private final Routes routes;
  private final Paths<I, P> paths;
  private final MediaTypes<RawHandler<I, P>> mediaTypes;
  private final RequestFormats<I, P> formats;
  private final boolean anyHandler;
  private final HandlerThreads threads;
  private final Set<RawCall<I, P>> calls = ConcurrentHashMap.newKeySet();
  private volatile EnvelopeRules rules = EnvelopeRules.DEFAULT;
  private volatile @Nullable LoadedModel<I, P, ?, ?> model;
  private final AtomicBoolean modelClosed = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * Asks a provider for its handlers.
   *
   * @throws io.github.vertexj.StartException if they collide with the routes or one another
   */
  Dispatch(PredictorProvider<I, P> provider, Routes routes, int handlerThreads) {
    this.provider = provider;
    this.routes = routes;
    Handlers<I, P> handlers = new Handlers<>();
    provider.register(handlers);
    anyHandler = !handlers.empty();
    paths = new Paths<>(handlers, routes);
    mediaTypes = new MediaTypes<>(handlers.mediaTypes());
    threads = new HandlerThreads(handlerThreads);
    formats = new RequestFormats<>(handlers.formats(), threads);
  }

  /** Loads the model; from then on requests are served. */
  ServingSettings load(
      HandlerSettings settings, BatchListener listener, LoadProgress progress, BytePool pool)
      throws Exception {
    StartedModel<I, P> started =
        ModelStart.run(provider, settings.origin(), settings.serving(), progress);
    rules = started.settings().envelopeRules();
    model = LoadedModel.warmedUp(started, listener, progress, pool);
    return started.settings();
  }

  /** The model; null until it is loaded. */
  @Nullable LoadedModel<I, P, ?, ?> model() {
    return model;
  }

  /** Whether requests are served now. */
  boolean open() {
    return model != null && !closed;
  }

  /** What is wrong with the headers of a request on the predict route; empty if nothing. */
  Optional<String> objection(RequestHead head) {
    LoadedModel<I, P, ?, ?> loaded = model;
    List<String> binaryTypes = loaded == null ? List.of() : loaded.formats().binaryTypes();
    return mediaTypes.objection(head, binary(head), binaryTypes);
  }

  /** Whether the headers announce one of the model's formats that are not JSON. */
  private boolean binary(RequestHead head) {
    LoadedModel<I, P, ?, ?> loaded = model;
    return loaded != null && loaded.formats().takesBinary(head.headers());
  }

  /** Whether a handler answers a method on a path that is no route. */
  boolean knows(RequestHead head) {
    return paths.find(head.method(), head.path()) != null;
  }

  /** The paths that have handlers, beside the routes. */
  Set<String> paths() {
    return paths.all();
  }

  /** The methods of handlers on a path that is no route, as the {@code Allow} header lists them. */
  String allow(RequestHead head) {
    return paths.allow(head.path());
  }

  /** Answers a complete request; see {@link PredictionHandler#predict}. */
  void run(
      RequestHead head,
      Body body,
      Duration timeout,
      Executor executor,
      CompletableFuture<Reply> promise) {
    LoadedModel<I, P, ?, ?> loaded = model;
    if (loaded == null) {
      throw new IllegalStateException("the model is not loaded");
    }
    RawHandler<I, P> handler;
    try {
      handler = handler(head, body);
      if (handler == null && loaded.converts()) {
        answerInTime(timeout, promise);
      }
    } catch (Throwable failure) { // an unknown format, or no memory to look for it
      body.close();
      promise.complete(Replies.failure(failure));
      return;
    }
    if (handler == null) {
      loaded.predict(head, body, System.nanoTime() + timeout.toNanos(), executor, promise);
    } else {
      RawCall<I, P> call =
          new RawCall<>(loaded, threads, executor, timeout, promise, calls::remove);
      calls.add(call);
      call.start(handler, request(head, body), body);
    }
  }

  /**
   * Answers at the deadline though a conversion hangs; where a predictor does, the batcher's clock
   * comes first. It does so on the clock's thread, as the executor may wait for that conversion.
   */
  private void answerInTime(Duration timeout, CompletableFuture<Reply> promise) {
    Runnable answer =
        () ->
            promise.complete(
                Replies.failure(new DeadlineExceededException("The reply was not ready in time")));
    ScheduledFuture<?> alarm = threads.after(timeout.plus(BATCHER_FIRST), answer);
    var unused = promise.whenComplete((reply, failure) -> alarm.cancel(false));
  }

  /** The model, if it can predict a body quickly and no handler may want it. */
  @Nullable LoadedModel<I, P, ?, ?> quickModel(Body body) {
    LoadedModel<I, P, ?, ?> loaded = model;
    return loaded != null && !closed && !anyHandler && loaded.quick(body) ? loaded : null;
  }

  private static RawRequest request(RequestHead head, Body body) {
    body.divert();
    return new RawRequest(head.method(), head.path(), head.query(), head.headers(), body.bytes());
  }

  private @Nullable RawHandler<I, P> handler(RequestHead head, Body body) {
    if (!anyHandler) {
      return null; // no need to look at the request once more
    }
    if (!routes.taken(head.path())) {
      return paths.find(head.method(), head.path());
    }
    boolean binary = binary(head);
    RawHandler<I, P> ofMediaType = mediaTypes.find(head, binary);
    return ofMediaType != null || binary ? ofMediaType : formats.find(body, rules.instanceErrors());
  }

  /**
   * Refuses new requests, finishes the accepted ones and closes the model.
   *
   * @return whether all was finished and closed
   */
  boolean close(Duration patience) {
    closed = true;
    long until = System.nanoTime() + patience.toNanos();
    boolean finished = threads.drain(patience);
    if (!finished) {
      calls.forEach(call -> call.abandon(CLOSING));
      threads.drain(LAST_WORDS);
    }
    threads.close();
    calls.forEach(call -> call.giveUp(CLOSING));
    long left = Math.max(0, until - System.nanoTime());
    return closeModel(Duration.ofNanos(left)) && finished;
  }

  /** Closes the model once, though it may come while this is closed. */
  private boolean closeModel(Duration patience) {
    LoadedModel<I, P, ?, ?> loaded = model;
    return loaded == null || !modelClosed.compareAndSet(false, true) || loaded.close(patience);
  }

  /** Lists what is served. */
  @Override
  public String toString() {
    String others = paths.toString();
    return others.isEmpty() ? routes.toString() : routes + ", " + others;
  }
}
