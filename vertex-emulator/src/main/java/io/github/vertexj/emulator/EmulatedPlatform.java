package io.github.vertexj.emulator;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform on this machine: one HTTP port with the prediction methods of any number of
 * endpoints, and what runs behind them.
 *
 * <p>Credentials are neither asked for nor looked at. Thread-safe.
 */
public final class EmulatedPlatform implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmulatedPlatform.class);
  private static final String PROJECT_NUMBER = "123456789012";
  // Ids that the platform makes have about this many digits (C2.2).
  private static final long FIRST_ID = 1_000_000_000_000_000_001L;

  private final ConcurrentMap<String, Endpoint> endpoints = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong(FIRST_ID);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool(EmulatedPlatform::daemon);
  private final ProbeClock clock;
  private final Consumer<String> console;
  private final String parent;
  private final String host;
  private final OnlineMethods methods;
  private final BatchJobs jobs;
  private final Undertow undertow;
  private GrpcProvider.@Nullable Listener grpc; // set before the platform is given away

  private EmulatedPlatform(Builder builder) {
    clock = builder.clock;
    console = builder.console;
    parent = "projects/" + builder.project + "/locations/" + builder.location;
    methods = new OnlineMethods(new Upstream(client));
    host = builder.host;
    jobs = new BatchJobs(this, new CloudFolder(builder.cloudFolder), threads);
    FrontEnd frontEnd = new FrontEnd(this, new ApiResources(this, jobs), methods, threads);
    undertow =
        Undertow.builder()
            .addHttpListener(builder.port, builder.host, frontEnd)
            .setServerOption(UndertowOptions.DECODE_URL, false)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            .build();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "front-end");
    thread.setDaemon(true);
    return thread;
  }

  /** Returns a running platform on any free port of this machine. */
  public static EmulatedPlatform start() {
    return builder().start();
  }

  /** Returns a builder of a platform. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where clients reach the platform, without a path. */
  public URI uri() {
    InetSocketAddress address = (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
    return URI.create("http://" + at(address.getPort()));
  }

  /**
   * Where clients reach the platform by gRPC, as {@code host:port}.
   *
   * @throws IllegalStateException if vertex-emulator-grpc is not on the class path
   */
  public String grpcAddress() {
    return grpcAddressIfAny()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the platform has no gRPC: add vertex-emulator-grpc to the class path"));
  }

  Optional<String> grpcAddressIfAny() {
    return Optional.ofNullable(grpc).map(listener -> at(listener.port()));
  }

  private String at(int port) {
    InetAddress address = new InetSocketAddress(host, port).getAddress();
    if (address == null || address.isAnyLocalAddress() || host.startsWith("127.")) {
      return "localhost:" + port;
    }
    return (host.contains(":") ? "[" + host + "]:" : host + ":") + port;
  }

  private void startGrpc(int port) throws IOException {
    Optional<GrpcProvider> provider = ServiceLoader.load(GrpcProvider.class).findFirst();
    if (provider.isPresent()) {
      grpc =
          provider.get().start(new InetSocketAddress(host, port), new PlatformCalls(this, methods));
    }
  }

  /** Creates an endpoint with an id of the platform's making. */
  public Endpoint newEndpoint(EndpointProfile profile) {
    return newEndpoint(newId(), profile);
  }

  /**
   * Creates an endpoint.
   *
   * @throws IllegalArgumentException if the id is none (C2.3), or is taken
   */
  public Endpoint newEndpoint(String id, EndpointProfile profile) {
    if (!id.matches("[0-9]{1,19}|[a-z]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new IllegalArgumentException(
          "an endpoint's id is digits, or begins with a letter and has at most 63 of a-z, 0-9 and -");
    }
    Endpoint endpoint = new Endpoint(this, id, profile);
    if (endpoints.putIfAbsent(id, endpoint) != null) {
      throw new IllegalArgumentException("endpoint " + id + " exists");
    }
    return endpoint;
  }

  /**
   * Moves the time that probes live in, and runs every probe that falls due, in order, before this
   * returns.
   *
   * @throws IllegalStateException if the time is not moved by hand
   */
  public synchronized void advance(Duration time) {
    if (!clock.isManual()) {
      throw new IllegalStateException("the time of this platform moves by itself");
    }
    long end = clock.nanos() + time.toNanos();
    for (long due = due(); due <= end; due = due()) {
      clock.moveTo(Math.max(due, clock.nanos()));
      endpoints.values().forEach(endpoint -> endpoint.tick(clock.nanos()));
    }
    clock.moveTo(end);
    endpoints.values().forEach(endpoint -> endpoint.tick(end)); // notices what has ended
  }

  private long due() {
    return endpoints.values().stream().mapToLong(Endpoint::due).min().orElse(Long.MAX_VALUE);
  }

  boolean timeIsManual() {
    return clock.isManual();
  }

  /** The project and location, as resource names begin. */
  String parent() {
    return parent;
  }

  /** The endpoints, by their ids. */
  List<Endpoint> endpoints() {
    return endpoints.values().stream().sorted(Comparator.comparing(Endpoint::id)).toList();
  }

  /**
   * Returns an endpoint.
   *
   * @throws RefusedException if there is none of this id
   */
  Endpoint existingEndpoint(String id) {
    Endpoint endpoint = endpoints.get(id);
    if (endpoint == null) {
      throw new RefusedException(PlatformErrors.notFound("Endpoint " + id + " does not exist."));
    }
    return endpoint;
  }

  /** Starts the replicas of a model for an endpoint. */
  DeployedReplicas start(UploadedModel model, String endpointName) {
    String deployedModelId = newId();
    String modelName = parent + "/models/" + newId();
    Deployment deployment =
        new Deployment(model, PROJECT_NUMBER, endpointName, deployedModelId, modelName);
    return new DeployedReplicas(
        deployment,
        new Replica.Equipment(model.source(console), new Prober(client, clock), clock, console));
  }

  String newId() {
    return Long.toString(ids.getAndIncrement());
  }

  /** Undeploys every model, then closes the port. */
  @Override
  public void close() {
    jobs.close();
    endpoints.values().parallelStream().forEach(Endpoint::close);
    undertow.stop();
    if (grpc != null) {
      grpc.close();
    }
    threads.shutdown();
  }

  /**
   * A builder of {@link EmulatedPlatform}s.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private int port;
    private int grpcPort;
    private @Nullable Path cloudFolder;
    private String host = "127.0.0.1";
    private String project = "emulated";
    private String location = "us-central1";
    private ProbeClock clock = ProbeClock.scaled(1);
    private Consumer<String> console = LOG::info;

    private Builder() {}

    /** Sets the port and the address listened on; by default any free port of the loopback. */
    public Builder listen(String host, int port) {
      this.host = host;
      this.port = port;
      return this;
    }

    /**
     * Sets the port of gRPC, for which vertex-emulator-grpc has to be on the class path; by default
     * any free one.
     */
    public Builder grpcPort(int port) {
      this.grpcPort = port;
      return this;
    }

    /**
     * Sets what Cloud Storage is for batch prediction jobs: {@code gs://bucket/file} is {@code
     * bucket/file} in this folder. By default there is none, and no such job can be created.
     */
    public Builder cloudFolder(Path folder) {
      this.cloudFolder = folder;
      return this;
    }

    /** Sets what resource names begin with; by default {@code emulated} and us-central1. */
    public Builder project(String project, String location) {
      this.project = project;
      this.location = location;
      return this;
    }

    /**
     * Makes the time of probes faster: at 0.1 their ten seconds last one. Calls are not changed.
     */
    public Builder probeTimeScale(double scale) {
      this.clock = ProbeClock.scaled(scale);
      return this;
    }

    /** Lets probes run when {@link EmulatedPlatform#advance} says so, and never else. */
    public Builder manualProbeTime() {
      this.clock = ProbeClock.manual();
      return this;
    }

    /** Sets who is told what happens and what containers log; by default the log. */
    public Builder console(Consumer<String> lines) {
      this.console = lines;
      return this;
    }

    /**
     * Returns a running platform without endpoints.
     *
     * @throws DeploymentException if the port cannot be bound
     */
    public EmulatedPlatform start() {
      EmulatedPlatform platform = new EmulatedPlatform(this);
      int asked = port;
      try {
        platform.undertow.start();
        asked = grpcPort;
        platform.startGrpc(grpcPort);
      } catch (RuntimeException | IOException e) {
        platform.close();
        throw new DeploymentException(
            "port %d on %s cannot be bound: choose another".formatted(asked, host), e);
      }
      return platform;
    }
  }
}
