package io.github.vertexj.serving;

import io.github.vertexj.Handlers;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawHandler;
import io.github.vertexj.RawRequest;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.env.Routes;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.formats.BodyFormat;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.start.ModelStart;
import io.github.vertexj.start.ServingSettings;
import io.github.vertexj.start.StartedModel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one place that decides where a request belongs: to the health check, to the model in one of
 * its formats, to one of its provider's raw handlers (C4.26), or nowhere.
 *
 * <p>The head decides it, but where a body may name its handler. Thread-safe.
 */
final class Router<I, P> {
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final String CLOSING = "the server is shutting down";

  /** What answers the requests of one path and method. */
  private interface Target {
    Call call(RequestHead head);
  }

  private final PredictorProvider<I, P> provider;
  private final Intake intake;
  private final Readiness readiness;
  private final Paths<Target> paths;
  private final MediaTypes<RawHandler<I, P>> mediaTypes;
  private final RequestFormats<I, P> requestFormats;
  private final HandlerThreads threads;
  private final Set<RawCall<I, P>> rawCalls = ConcurrentHashMap.newKeySet();
  private volatile EnvelopeRules rules = EnvelopeRules.DEFAULT;
  private volatile @Nullable ServedModel<I, P, ?, ?> model;
  private final AtomicBoolean modelClosed = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * Asks a provider for its handlers.
   *
   * @throws io.github.vertexj.StartException if they collide with the routes or one another
   */
  Router(
      HandlerSettings settings,
      PredictorProvider<I, P> provider,
      Intake intake,
      Readiness readiness) {
    this.provider = provider;
    this.intake = intake;
    this.readiness = readiness;
    Handlers<I, P> handlers = new Handlers<>();
    provider.register(handlers);
    paths = new Paths<>(settings.allRoutes(), this::ofRoute);
    paths.add(handlers, handler -> head -> toHandler(head, handler));
    mediaTypes = new MediaTypes<>(handlers.mediaTypes());
    threads = new HandlerThreads(settings.handlerThreads);
    requestFormats = new RequestFormats<>(handlers.formats(), threads);
  }

  private Target ofRoute(Routes.Match match) {
    return match == Routes.Match.HEALTH
        ? head -> Call.settled(head, readiness.health())
        : this::toPredictRoute;
  }

  /** Loads the model; from then on requests are served. */
  ServingSettings load(
      HandlerSettings settings, BatchListener listener, LoadProgress progress, BytePool pool)
      throws Exception {
    StartedModel<I, P> started =
        ModelStart.run(provider, settings.origin(), settings.serving(), progress);
    rules = started.settings().envelopeRules();
    model =
        ServedModel.warmedUp(
            started,
            new ServedModel.Surroundings(listener, progress, pool, threads, readiness::failed));
    return started.settings();
  }

  /** The threads that keep time. */
  HandlerThreads threads() {
    return threads;
  }

  /** The model; null until it is loaded. */
  @Nullable ServedModel<I, P, ?, ?> model() {
    return model;
  }

  /** Decides where a request belongs. */
  Call call(RequestHead head) {
    Map<String, Target> methods = paths.find(head.path());
    Target target = methods == null ? paths.otherwise() : methods.get(head.method());
    if (target != null) {
      return target.call(head);
    }
    Reply refusal =
        methods == null
            ? Replies.notFound(paths.toString())
            : Replies.methodNotAllowed(String.join(", ", methods.keySet()));
    return Call.settled(head, refusal);
  }

  private Call toHandler(RequestHead head, RawHandler<I, P> handler) {
    return ifServed(head, loaded -> intake.call(head, new ToHandler(loaded, handler)));
  }

  private Call toPredictRoute(RequestHead head) {
    return ifServed(head, loaded -> toModel(head, loaded));
  }

  private Call ifServed(RequestHead head, Function<ServedModel<I, P, ?, ?>, Call> served) {
    ServedModel<I, P, ?, ?> loaded = model;
    if (loaded == null || closed) {
      return Call.settled(head, Replies.notReady(readiness));
    }
    Reply tooLarge = intake.refusal(head);
    return tooLarge == null ? served.apply(loaded) : Call.settled(head, tooLarge);
  }

  private Call toModel(RequestHead head, ServedModel<I, P, ?, ?> loaded) {
    BodyFormat<I, P> binary = loaded.formats().binary(head.headers());
    RawHandler<I, P> handler = mediaTypes.find(head, binary != null);
    if (handler != null) {
      return intake.call(head, new ToHandler(loaded, handler));
    }
    Optional<String> objection =
        mediaTypes.objection(head, binary != null, loaded.formats().binaryTypes());
    if (objection.isPresent()) {
      return Call.settled(head, Replies.unsupportedMediaType(objection.get()));
    }
    if (binary != null) {
      return intake.call(head, loaded.in(binary));
    }
    Destination json = loaded.inJson();
    return intake.call(head, requestFormats.isEmpty() ? json : new ByBody(loaded, json));
  }

  /** A raw handler, as the head says. */
  private final class ToHandler implements Destination {
    private final ServedModel<I, P, ?, ?> model;
    private final RawHandler<I, P> handler;

    ToHandler(ServedModel<I, P, ?, ?> model, RawHandler<I, P> handler) {
      this.model = model;
      this.handler = handler;
    }

    @Override
    public void answer(Call call) {
      handle(call, request(call), handler, model);
    }
  }

  /** The model, unless the body names the handler of a request format. */
  private final class ByBody implements Destination {
    private final ServedModel<I, P, ?, ?> model;
    private final Destination json;

    ByBody(ServedModel<I, P, ?, ?> model, Destination json) {
      this.model = model;
      this.json = json;
    }

    @Override
    public void answer(Call call) {
      RawRequest request = request(call);
      RawHandler<I, P> handler = requestFormats.find(request, rules.instanceErrors());
      if (handler == null) {
        json.answer(call);
      } else {
        call.unannounce();
        handle(call, request, handler, model);
      }
    }

    @Override
    public void announce() {
      json.announce();
    }

    @Override
    public void unannounce() {
      json.unannounce();
    }
  }

  private RawRequest request(Call call) {
    RequestHead head = call.head();
    return new RawRequest(
            head.method(), head.path(), head.query(), head.headers(), call.body().bytes())
        .metered(call.memory()::take)
        .lenientStrings(rules.json().lenientStrings());
  }

  private void handle(
      Call call, RawRequest request, RawHandler<I, P> handler, ServedModel<I, P, ?, ?> loaded) {
    RawCall<I, P> rawCall = new RawCall<>(call, loaded, threads, rawCalls::remove);
    rawCalls.add(rawCall);
    rawCall.start(handler, request);
  }

  /** The paths that have handlers, beside the routes. */
  Set<String> handlerPaths() {
    return paths.ofHandlers();
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
      rawCalls.forEach(call -> call.abandon(CLOSING));
      threads.drain(LAST_WORDS);
    }
    threads.close();
    rawCalls.forEach(call -> call.giveUp(CLOSING));
    long left = Math.max(0, until - System.nanoTime());
    return closeModel(Duration.ofNanos(left)) && finished;
  }

  /** Closes the model once, though it may come while this is closed. */
  private boolean closeModel(Duration patience) {
    ServedModel<I, P, ?, ?> loaded = model;
    return loaded == null || !modelClosed.compareAndSet(false, true) || loaded.close(patience);
  }
}
