package io.github.vertexj.serving;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.env.Environment;
import io.github.vertexj.env.Routes;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.json.BytePool;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The model server without its HTTP: the one object that an adapter holds.
 *
 * <p>An adapter gets a {@link Call} for the head of each request and does what that says: it
 * gathers the body, runs the call, sends the reply and closes the call.
 *
 * <p>{@link #start} loads the model in the background; until then health and predictions answer
 * 503. {@link #unready} and {@link #close} stop in visible steps: health 503, then accepted
 * requests finish, then the model is closed. Thread-safe.
 */
public final class PredictionHandler implements AutoCloseable {
  private static final long MAX_POOLED_BYTES =
      Math.min(64L * 1024 * 1024, Runtime.getRuntime().maxMemory() / 16);
  private static final Duration CHECK = Duration.ofSeconds(1);

  private final Environment environment;
  private final Routes routes;
  private final Router<?, ?> router;
  private final ModelLoading loading;
  private final BytePool pool = BytePool.of(MAX_POOLED_BYTES);
  private final Uploads uploads = new Uploads(System::nanoTime);
  private final Intake intake;
  private final Readiness readiness = new Readiness();
  private final CompletableFuture<String> started = new CompletableFuture<>();

  private boolean closed; // guarded by this

  private PredictionHandler(HandlerSettings settings) {
    environment = settings.environment;
    routes = settings.allRoutes();
    intake =
        new Intake(
            pool,
            new MemoryBudget(settings.maxRequestMemory),
            new Intake.Limits(settings.maxBodyBytes, settings.requestTimeout),
            uploads);
    router = new Router<>(settings, settings.provider, intake, readiness);
    loading = new ModelLoading(settings, router, readiness);
  }

  /** Returns a builder of a handler for a provider's predictors. */
  public static Builder builder(PredictorProvider<?, ?> provider) {
    return new Builder(provider);
  }

  /**
   * Loads the model on a thread of its own; to be called once.
   *
   * @return completes when health turns to 200, with one line on what is served; or exceptionally,
   *     when the model could not be loaded and health says why
   */
  public CompletableFuture<String> start() {
    Thread loader = new Thread(this::load, "vertex-load");
    loader.setDaemon(true); // a model that hangs while loading must not keep the process alive
    loader.start();
    return started.copy();
  }

  private void load() {
    try {
      var unused = router.threads().every(CHECK, uploads::check);
      intake.limit(loading.run(pool));
      serve();
    } catch (Throwable failure) { // whatever it is, health and the launcher must learn of it
      if (closed()) {
        started.completeExceptionally(closedWhileLoading());
      } else {
        loading.fail(failure);
        started.completeExceptionally(failure);
      }
    }
  }

  private synchronized boolean closed() {
    return closed;
  }

  private static StartException closedWhileLoading() {
    return new StartException("the server was closed while it loaded");
  }

  private void serve() {
    if (closed()) { // meanwhile, and perhaps before there was a model to close
      router.close(Duration.ZERO);
      started.completeExceptionally(closedWhileLoading());
      return;
    }
    ServedModel<?, ?, ?, ?> loaded = Objects.requireNonNull(router.model());
    readiness.ready();
    started.complete(loaded.description());
  }

  /** Whether predictions can be served now. */
  public Readiness readiness() {
    return readiness;
  }

  /**
   * How many of the threads that {@linkplain Call#run run} calls may be held up by predictors at a
   * time: the number of workers, unless predictors run on threads of their own. 0 until the model
   * is loaded.
   */
  public int threadsHeldUp() {
    ServedModel<?, ?, ?, ?> loaded = router.model();
    return loaded == null ? 0 : loaded.threadsHeldUp();
  }

  /** The environment it was built with. */
  public Environment environment() {
    return environment;
  }

  /** The health and the predict route. */
  public Routes routes() {
    return routes;
  }

  /**
   * The paths that raw handlers answer beside those routes, with percent escapes undone; a handler
   * of all other paths answers more.
   */
  public Set<String> handlerPaths() {
    return router.handlerPaths();
  }

  /** Returns the call of a request of which the head has come; never blocks. */
  public Call call(RequestHead head) {
    return router.call(head);
  }

  /** Turns health to 503 while predictions are still served, so that traffic goes elsewhere. */
  public void unready() {
    readiness.draining();
  }

  /** Refuses new predictions, finishes the accepted ones without haste, and closes the model. */
  @Override
  public void close() {
    close(Duration.ofDays(1));
  }

  /**
   * Refuses new predictions, finishes the accepted ones and closes the model.
   *
   * @param patience how long to wait for accepted ones; a predictor that still runs then is left
   *     alone, and with it the model's memory
   * @return whether all was finished and closed
   */
  public boolean close(Duration patience) {
    readiness.draining();
    synchronized (this) {
      if (closed) {
        return true;
      }
      closed = true;
    }
    return router.close(patience);
  }

  /**
   * A builder of {@link PredictionHandler}s.
   *
   * <p>Where the environment says the same as a setter here, the setter counts, in whatever order
   * the two are called. What the model directory's {@code serving.properties} says goes before the
   * setters, and what they leave open is as the model or the defaults have it. Not thread-safe.
   */
  public static final class Builder {
    private final HandlerSettings settings;

    private Builder(PredictorProvider<?, ?> provider) {
      settings = new HandlerSettings(provider);
    }

    /**
     * Sets the environment that ids come from, and routes and the storage URI unless they are set
     * here; by default empty.
     */
    public Builder environment(Environment environment) {
      settings.environment = environment;
      return this;
    }

    /** Sets the routes, whatever the environment says; by default those of the environment. */
    public Builder routes(Routes routes) {
      settings.routes = routes;
      return this;
    }

    /**
     * Sets where the model's files are, a path or URI, whatever the environment says; by default
     * what the environment says.
     */
    public Builder storageUri(String storageUri) {
      settings.storageUri = storageUri;
      return this;
    }

    /** Answers health checks by POST too, beside GET and HEAD. */
    public Builder healthByPost() {
      settings.healthByPost = true;
      return this;
    }

    /**
     * Sets how many requests raw handlers answer, or stream to, at a time; as many more wait, and
     * beyond that the reply is 429. At least 1, by default 64.
     */
    public Builder handlerThreads(int threads) {
      HandlerSettings.requireAtLeastOne("handlerThreads", threads);
      settings.handlerThreads = threads;
      return this;
    }

    /**
     * Sets the number of workers, at least 1: as many calls of predictors run at the same time. By
     * default as the provider says. A single predictor ({@link PredictorProvider#of}) is shared by
     * all of them, and must be thread-safe then.
     */
    public Builder workers(int number) {
      HandlerSettings.requireAtLeastOne("workers", number);
      settings.workers = number;
      return this;
    }

    /**
     * Gives workers virtual threads, for hundreds of them that wait; it needs JDK 21. By default
     * they have the platform's, unless the provider says otherwise.
     */
    public Builder virtualThreads() {
      settings.virtualThreads = true;
      return this;
    }

    /** Sets how requests are joined into batches; by default as the provider says. */
    public Builder batchPolicy(BatchPolicy policy) {
      settings.batchPolicy = policy;
      return this;
    }

    /** Sets what becomes of a request with instances at fault; by default it fails. */
    public Builder instanceErrors(InstanceErrors choice) {
      settings.envelopeRules = settings.envelopeRules.instanceErrors(choice);
      return this;
    }

    /**
     * Sets whether a string in a request may hold line breaks and other control characters as they
     * are, as Python's {@code json.loads(body, strict=False)} takes them; by default they must be
     * escaped, as JSON has it.
     */
    public Builder lenientStrings(boolean lenient) {
      settings.envelopeRules = settings.envelopeRules.lenientStrings(lenient);
      return this;
    }

    /**
     * Sets whether a record's component that is absent or null is refused, unless it is an {@code
     * Optional} or annotated as nullable; by default it is. Otherwise it is null in the record.
     */
    public Builder refuseMissingFields(boolean refused) {
      settings.envelopeRules =
          settings.envelopeRules.fields(settings.envelopeRules.fields().missingRefused(refused));
      return this;
    }

    /**
     * Sets whether a field that the class of an instance does not know is refused; by default not.
     */
    public Builder refuseUnknownFields(boolean refused) {
      settings.envelopeRules =
          settings.envelopeRules.fields(settings.envelopeRules.fields().unknownRefused(refused));
      return this;
    }

    /** Sets who is told about batches; by default nobody. */
    public Builder listener(BatchListener listener) {
      settings.listener = listener;
      return this;
    }

    /** Sets the largest body taken, in bytes, at least 1; by default 10 MiB. */
    public Builder maxBodyBytes(int bytes) {
      HandlerSettings.requireAtLeastOne("maxBodyBytes", bytes);
      settings.maxBodyBytes = bytes;
      return this;
    }

    /**
     * Sets the memory that all requests under way may take together, in bytes, at least 1; by
     * default a quarter of the heap. Counted are bodies as they come, what they become, and
     * replies. Beyond it the reply is 429; to a request that would take more than three quarters of
     * it alone, 413. The last quarter is for small requests only.
     */
    public Builder maxRequestMemory(long bytes) {
      HandlerSettings.requireAtLeastOne("maxRequestMemory", bytes);
      settings.maxRequestMemory = bytes;
      return this;
    }

    /**
     * Sets the most bytes of a request's {@code parameters}, at least 1; by default 256 KiB. They
     * become a tree, of thirty times as many bytes at worst.
     */
    public Builder maxParametersBytes(int bytes) {
      HandlerSettings.requireAtLeastOne("maxParametersBytes", bytes);
      EnvelopeRules rules = settings.envelopeRules;
      settings.envelopeRules = rules.json(rules.json().maxTreeBytes(bytes));
      return this;
    }

    /** Sets how long a prediction may take from the complete body on; by default 10 minutes. */
    public Builder requestTimeout(Duration timeout) {
      settings.requestTimeout = HandlerSettings.requireUpToADay("requestTimeout", timeout);
      return this;
    }

    /**
     * Sets how long after {@link #requestTimeout} all workers may hang before health says 503 for
     * good and {@link Readiness#failure} tells it, so that the process ends; by default 1 minute.
     */
    public Builder workerTimeout(Duration timeout) {
      settings.workerTimeout = HandlerSettings.requireUpToADay("workerTimeout", timeout);
      return this;
    }

    HandlerSettings settings() {
      return settings;
    }

    /**
     * Returns a handler that has not started.
     *
     * @throws io.github.vertexj.env.InvalidEnvironmentException if the environment's routes make no
     *     sense
     * @throws StartException if a raw handler's route collides with another
     */
    public PredictionHandler build() {
      return new PredictionHandler(settings.copy());
    }
  }
}
