package io.github.vertexj.undertow;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.env.Environment;
import io.github.vertexj.env.InvalidEnvironmentException;
import io.github.vertexj.env.Routes;
import io.github.vertexj.start.InstalledProviders;
import io.github.vertexj.start.Origin;
import io.github.vertexj.start.Preflight;
import java.io.PrintStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The launcher's command line: serves the installed predictor provider's model until it is stopped.
 *
 * <p>Exit codes: 0 after a stop by signal, or a healthy probe; 1 if the server cannot start or the
 * probe fails; 2 for a command line that makes no sense.
 */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_ARGUMENTS = 2;

  private final Environment environment;
  private final Arguments arguments;

  private Main(Environment environment, Arguments arguments) {
    this.environment = environment;
    this.arguments = arguments;
  }

  /** Runs the command line; {@code --help} lists the options. */
  public static void main(String[] line) {
    Arguments arguments;
    try {
      arguments = Arguments.of(line);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_ARGUMENTS);
      return;
    }
    Main main = new Main(Environment.current(), arguments);
    switch (arguments.mode()) {
      case SERVE -> main.serve();
      case DOCTOR -> System.exit(main.doctor(System.out));
      case HEALTHCHECK -> System.exit(main.healthcheck(System.err));
      case VERSION -> System.out.println(version());
      case HELP -> System.out.print(Arguments.USAGE);
    }
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "unknown: not run from a jar" : version;
  }

  private int healthcheck(PrintStream err) {
    Optional<String> fault;
    try {
      int port = arguments.port() == null ? environment.port() : arguments.port();
      fault = HealthProbe.run(port, Routes.from(environment).healthRoute());
    } catch (InvalidEnvironmentException e) {
      fault = Optional.ofNullable(e.getMessage());
    }
    fault.ifPresent(err::println);
    return fault.isEmpty() ? 0 : FAILED;
  }

  private int doctor(PrintStream out) {
    Preflight preflight = Preflight.run(new Origin(environment, arguments.model()), this::provider);
    out.println(preflight.report());
    return preflight.passed() ? 0 : FAILED;
  }

  private PredictorProvider<?, ?> provider() {
    return InstalledProviders.select(arguments.provider());
  }

  private void serve() {
    keepDirectBuffersSmall();
    Logger log = LoggerFactory.getLogger(Main.class); // not earlier: a probe needs no logging
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> log.error("Thread {} died", thread.getName(), failure));
    try {
      server().run();
    } catch (StartException | InvalidEnvironmentException e) {
      log.error("The server cannot start: {}", e.getMessage());
      System.exit(FAILED);
    }
  }

  private ModelServer server() {
    ModelServer.Builder builder = ModelServer.builder(provider()).environment(environment);
    if (arguments.model() != null) {
      builder.storageUri(arguments.model());
    }
    if (arguments.port() != null) {
      builder.port(arguments.port());
    }
    return builder.build();
  }

  /** Otherwise the JDK keeps for each thread a direct buffer as large as the largest reply. */
  private static void keepDirectBuffersSmall() {
    String property = "jdk.nio.maxCachedBufferSize";
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(256 * 1024));
    }
  }
}
