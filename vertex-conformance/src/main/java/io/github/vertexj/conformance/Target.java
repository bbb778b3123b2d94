package io.github.vertexj.conformance;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the checks are made on: a server that runs already, or a command that starts one.
 *
 * <p>Most checks share one server, which is started when the first of them wants it. At most one
 * process runs at a time, since two models may not fit the machine. Not thread-safe.
 */
final class Target implements AutoCloseable {
  /** Starts differ; a launch may take so many times as long as the first, and a while more. */
  private static final int TIMES_THE_FIRST_START = 3;

  /** More than one, and no power of two. */
  static final int SEVERAL = 3;

  private static final Duration A_WHILE = Duration.ofSeconds(5);

  private final Options options;
  private @Nullable Duration firstStart;
  private boolean predicts;
  private boolean working;
  private boolean counts;
  private @Nullable String lost;
  private @Nullable Server main;
  private @Nullable Startup startup;

  Target(Options options) {
    this.options = options;
  }

  Options options() {
    return options;
  }

  /** The shared server, if it answers at all. */
  Server server() throws Verdict, InterruptedException {
    Startup seen = startup();
    if (!seen.answers() || main == null) {
      throw Verdict.untested("the server does not answer");
    }
    if (lost != null && options.url().isPresent()) {
      throw Verdict.untested(lost);
    }
    return main;
  }

  /** To be called after each check: notes whether the shared server has survived it. */
  void look(Check check) {
    if (main != null && startup != null && startup.answers() && !main.listens() && lost == null) {
      lost = "the server stopped listening at: " + check.clause() + " " + check.sentence();
      close();
    }
  }

  /** How the shared server was lost; null if it never was. */
  @Nullable String lost() {
    return lost;
  }

  /** Whether the shared server predicted its first instance. */
  boolean predicts() {
    return predicts;
  }

  /** The shared server, which must have been started by the command. */
  Server startedServer() throws Verdict, InterruptedException {
    wantCommand();
    return server();
  }

  /** What was seen of the shared server's start. */
  Startup startup() throws InterruptedException {
    if (startup == null) {
      startup = watchStart();
      firstStart = firstStart == null ? startup.readyAfter() : firstStart;
      Exchange prediction = startup.firstPrediction();
      predicts |= prediction != null && prediction.status() == 200;
    }
    return startup;
  }

  private Startup watchStart() throws InterruptedException {
    try {
      main =
          options.url().isPresent() ? running(options.url().get()) : start(this::ordinary, options);
      return Startup.watch(main);
    } catch (Verdict verdict) {
      return Startup.impossible(String.valueOf(verdict.getMessage()));
    }
  }

  /** The instances, which must have been given. */
  Instances instances() throws Verdict {
    if (options.instances().instances().isEmpty()) {
      throw Verdict.untested("needs --instance or --instances");
    }
    return options.instances();
  }

  /**
   * The instances, if the plainest envelope of them is predicted: what fails by itself says nothing
   * about what a check adds to it.
   */
  Instances workingInstances() throws Verdict, InterruptedException {
    Instances instances = instances();
    if (!working) {
      try {
        server().predict(instances.one()).predictions(1);
        working = true;
      } catch (Verdict verdict) {
        throw Verdict.untested("the given instance by itself is not predicted");
      }
    }
    return instances;
  }

  /**
   * The instances, if several of them get a prediction each: what miscounts says nothing about what
   * else a check asks of many.
   */
  Instances countedInstances() throws Verdict, InterruptedException {
    Instances instances = workingInstances();
    if (!counts) {
      try {
        server().predict(instances.many(SEVERAL)).predictions(SEVERAL);
        counts = true;
      } catch (Verdict verdict) {
        throw Verdict.untested("several instances do not get one prediction each");
      }
    }
    return instances;
  }

  /** Ends the check unless load may be put on the server. */
  void wantLoad() throws Verdict {
    if (options.loadTime().isZero()) {
      throw Verdict.untested("--load-seconds is 0");
    }
    boolean here = options.url().map(Address::isLoopback).orElse(true);
    if (!here && !options.allowRemote()) {
      throw Verdict.untested("load on a server that is not on this machine needs --allow-remote");
    }
  }

  /** Ends the check unless harm may be done to the server. */
  void wantResilience() throws Verdict {
    if (!options.resilience()) {
      throw Verdict.untested("needs --resilience");
    }
    wantLoad();
  }

  void wantCommand() throws Verdict {
    if (options.command().isEmpty()) {
      throw Verdict.untested("needs --command");
    }
  }

  /**
   * A launch of its own with other variables, after the shared server has been stopped. Only what
   * does start with the ordinary variables can be blamed for not starting with others.
   */
  Launch launch(UnaryOperator<PlatformVariables> change) throws Verdict, InterruptedException {
    wantCommand();
    if (firstStart == null && !startup().isReady()) {
      throw Verdict.untested("the server does not become ready with ordinary variables either");
    }
    return launchAnyway(change);
  }

  Launch launchAnyway(UnaryOperator<PlatformVariables> change)
      throws Verdict, InterruptedException {
    close();
    Server server = start(port -> change.apply(ordinary(port)), patient());
    return new Launch(server, Startup.watch(server));
  }

  private Options patient() {
    return firstStart == null
        ? options
        : options.startTimeoutAtMost(firstStart.multipliedBy(TIMES_THE_FIRST_START).plus(A_WHILE));
  }

  /**
   * A server that a check has for itself.
   *
   * @param startup what was seen of its start
   */
  record Launch(Server server, Startup startup) implements AutoCloseable {
    ServerProcess process() {
      return server.process().orElseThrow();
    }

    /** Ends the check unless this is ready. */
    Server ready(String under) throws Verdict {
      if (!startup.isReady()) {
        throw Verdict.broken("not ready with " + under + ": " + startup.failure());
      }
      return server;
    }

    @Override
    public void close() {
      process().close();
    }
  }

  private interface VariablesForPort {
    PlatformVariables of(int port);
  }

  private PlatformVariables ordinary(int port) {
    return PlatformVariables.of(port, options.healthRoute(), options.predictRoute());
  }

  private Server running(Address address) {
    return new Server(
        address, options.healthRoute(), options.predictRoute(), Optional.empty(), options);
  }

  private static Server start(VariablesForPort variablesForPort, Options options) throws Verdict {
    int port = freePort();
    PlatformVariables variables = variablesForPort.of(port);
    ServerProcess process =
        ServerProcess.start(options.command(), variables, options.environment());
    return new Server(
        Address.local(port),
        variables.healthRoute(),
        variables.predictRoute(),
        Optional.of(process),
        options);
  }

  private static int freePort() throws Verdict {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw Verdict.untested("this machine has no free port");
    }
  }

  /** Ends the shared server if it was started here; the next check that wants it gets a new one. */
  @Override
  public void close() {
    if (main != null && main.process().isPresent()) {
      main.process().get().close();
      main = null;
      startup = null;
    }
  }
}
