package io.github.vertexj.undertow;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.env.Environment;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Readiness;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model server on Undertow: one port with a health and a predict route.
 *
 * <p>{@link #start} binds the port first and loads the model in the background, so that the
 * platform sees a live process at once (C1.22); {@link #close} drains it in visible steps.
 * Thread-safe.
 */
public final class ModelServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelServer.class);

  private static final int FAILED = 1;

  private final PredictionHandler handler;
  private final HttpPort http;
  private final String host;
  private final Drain drain;
  private @Nullable CompletableFuture<String> started; // guarded by this
  private boolean closed; // guarded by this

  private ModelServer(Builder builder) {
    handler = builder.handler.build();
    host = builder.host;
    Environment environment = handler.environment();
    int port = builder.port == null ? environment.port() : builder.port;
    http = new HttpPort(host, port, builder.workerThreads, handler);
    drain = new Drain(builder.drainDelay(environment), builder.patience);
  }

  /**
   * Returns a server of one predictor whose class names its instance type, with the settings of the
   * environment.
   *
   * @throws IllegalArgumentException if the type is not to be seen, as with a lambda, or the
   *     environment holds a value the server cannot start with
   */
  @SuppressWarnings("overloads") // a lambda would name no instance type, and fits neither
  public static <I, P> ModelServer of(Predictor<I, P> predictor) {
    return of(PredictorProvider.of(predictor));
  }

  /**
   * Returns a server of one predictor for instances of a class; see {@link PredictorProvider#of}.
   */
  public static <I, P> ModelServer of(Class<I> instanceType, Predictor<I, P> predictor) {
    return of(PredictorProvider.of(instanceType, predictor));
  }

  /** Returns a server of a provider's predictors, with the settings of the environment. */
  @SuppressWarnings("overloads") // as above
  public static ModelServer of(PredictorProvider<?, ?> provider) {
    return builder(provider).build();
  }

  /** Returns a builder of a server of a provider's predictors. */
  public static Builder builder(PredictorProvider<?, ?> provider) {
    return new Builder(provider);
  }

  /**
   * Binds the port, then loads the model in the background; to be called once.
   *
   * @return this server
   * @throws StartException if the port cannot be bound
   */
  public synchronized ModelServer start() {
    if (started != null || closed) {
      throw new IllegalStateException("a model server starts once");
    }
    http.open();
    LOG.info("Listening on {}; health says 503 until the model is ready", uri());
    started = handler.start().thenApply(this::ready);
    return this;
  }

  private String ready(String model) {
    http.addThreads(handler.threadsHeldUp());
    LOG.info("Ready: {} on {}; {}", handler.routes(), uri(), model);
    return model;
  }

  /**
   * Serves until the process is told to stop: for a program that is nothing but this server.
   *
   * <p>SIGTERM or SIGINT {@linkplain #close drains} it and ends the process with 0, a second one at
   * once. If the server cannot start or the model cannot be loaded, the process ends with 1 once
   * the log says why: without a model it is of no use, and the platform shall see it end (C1.40).
   * So it does, drained, when the model's device is lost: the platform restarts a container that
   * ends, but never one that is only unhealthy (C1.33, C1.48).
   */
  public void run() {
    StopSignals.handle(this::close); // first: the model begins to load in start
    try {
      start();
    } catch (StartException e) {
      LOG.error("The server cannot start: {}", e.getMessage());
      System.exit(FAILED);
      return;
    }
    try {
      awaitReady();
      readiness().failure().thenAccept(reason -> StopSignals.start(this::end));
    } catch (StartException logged) {
      if (!closed()) { // else a signal came while the model was loading, which is no failure
        System.exit(FAILED);
      }
    }
  }

  private void end() {
    if (!closed()) {
      LOG.error("The process ends, so that the platform starts another");
      close();
      System.exit(FAILED);
    }
  }

  private synchronized boolean closed() {
    return closed;
  }

  /** The port listened on. */
  public int port() {
    return http.number();
  }

  /** Where this machine reaches the server, without a path. */
  public URI uri() {
    return URI.create(
        "http://" + (host.equals(Builder.EVERY_ADDRESS) ? "localhost" : host) + ":" + port());
  }

  /** Whether predictions can be served now. */
  public Readiness readiness() {
    return handler.readiness();
  }

  /**
   * Waits until health says 200.
   *
   * @return this server
   * @throws StartException if the model could not be loaded
   * @throws IllegalStateException if the server has not been started
   */
  public ModelServer awaitReady() {
    CompletableFuture<String> loading;
    synchronized (this) {
      loading = started;
    }
    if (loading == null) {
      throw new IllegalStateException("the model server has not been started");
    }
    try {
      loading.join();
      return this;
    } catch (CompletionException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      throw new StartException("the model could not be loaded: " + failure.getMessage(), failure);
    }
  }

  /**
   * Stops in visible steps (C1.45): health says 503 while predictions are served for the drain
   * delay, since traffic needs that long to go elsewhere; then new ones are refused and accepted
   * ones finished; then the port and the model are closed. An interrupt shortens the first step.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (started != null) {
      drain.run(handler, http);
    }
  }

  /**
   * A builder of {@link ModelServer}s.
   *
   * <p>Where the environment says the same as a setter here, the setter counts, in whatever order
   * the two are called; see {@link PredictionHandler.Builder}. Not thread-safe.
   */
  public static final class Builder {
    private static final String EVERY_ADDRESS = "0.0.0.0";
    private static final Duration TRAFFIC_MOVES = Duration.ofSeconds(5);

    private final PredictionHandler.Builder handler;
    private String host = EVERY_ADDRESS;
    private @Nullable Integer port;
    private @Nullable Duration drainDelay;
    private Duration patience = Duration.ofSeconds(15);
    private int workerThreads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private Builder(PredictorProvider<?, ?> provider) {
      handler = PredictionHandler.builder(provider).environment(Environment.current());
    }

    /**
     * Sets the environment that ids come from, and port, routes and storage URI unless they are set
     * here; by default the process's.
     */
    public Builder environment(Environment environment) {
      handler.environment(environment);
      return this;
    }

    /**
     * Sets where the model's files are, a path or URI, whatever the environment says; by default
     * what the environment says.
     */
    public Builder storageUri(String storageUri) {
      handler.storageUri(storageUri);
      return this;
    }

    /**
     * Sets the number of workers; see {@link PredictionHandler.Builder#workers}.
     *
     * @throws IllegalArgumentException if it is not at least 1
     */
    public Builder workers(int number) {
      handler.workers(number);
      return this;
    }

    /** Sets how requests are joined into batches; by default as the provider says. */
    public Builder batchPolicy(BatchPolicy policy) {
      handler.batchPolicy(policy);
      return this;
    }

    /** Changes the less common settings of the handler behind the HTTP. */
    public Builder handler(Consumer<PredictionHandler.Builder> settings) {
      settings.accept(handler);
      return this;
    }

    /**
     * Sets the port, whatever the environment says, 0 taking any that is free; by default what the
     * environment says.
     */
    public Builder port(int port) {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port must be from 0 to 65535, not " + port);
      }
      this.port = port;
      return this;
    }

    /** Sets the address listened on; by default every IPv4 address of the machine (C1.15). */
    public Builder host(String host) {
      this.host = host;
      return this;
    }

    /**
     * Sets how long predictions are still served once health says 503; by default 5 s on the
     * platform and 0 elsewhere.
     */
    public Builder drainDelay(Duration delay) {
      this.drainDelay = notNegative("drainDelay", delay);
      return this;
    }

    /** Sets how long the accepted predictions may take to finish at the end; by default 15 s. */
    public Builder patience(Duration patience) {
      this.patience = notNegative("patience", patience);
      return this;
    }

    /**
     * Sets how many threads read envelopes and write replies, but for small ones of tensors, which
     * the I/O threads see to; by default twice the machine's cores. As many more as there are
     * predictors come on top, since a request may run a free one itself.
     */
    public Builder workerThreads(int threads) {
      if (threads < 1) {
        throw new IllegalArgumentException("workerThreads must be at least 1, not " + threads);
      }
      this.workerThreads = threads;
      return this;
    }

    /**
     * Returns a server that has not started.
     *
     * @throws io.github.vertexj.env.InvalidEnvironmentException if the environment holds a value
     *     the server cannot start with
     */
    public ModelServer build() {
      return new ModelServer(this);
    }

    private Duration drainDelay(Environment environment) {
      Duration usual = environment.onPlatform() ? TRAFFIC_MOVES : Duration.ZERO;
      return drainDelay == null ? usual : drainDelay;
    }

    private static Duration notNegative(String name, Duration duration) {
      if (duration.isNegative()) {
        throw new IllegalArgumentException(name + " must not be negative, but is " + duration);
      }
      return duration;
    }
  }
}
