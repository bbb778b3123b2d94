package io.github.vertexj.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** A {@link DoublingServer} as a process, with the faults that its arguments name. */
final class DoublingMain {
  /** The judge sends for a second more; a busy machine needs as long again, or twice, to answer. */
  private static final long DRAIN_NANOS = 3_000_000_000L;

  private DoublingMain() {}

  public static void main(String[] arguments) throws IOException {
    Faults faults =
        new Faults(Arrays.stream(arguments).map(Fault::valueOf).collect(Collectors.toSet()));
    Map<String, String> environment = System.getenv();
    refuse(faults, environment);
    DoublingServer server =
        new DoublingServer(
            address(faults, environment),
            route(faults, environment.getOrDefault("AIP_HEALTH_ROUTE", "")),
            route(faults, environment.getOrDefault("AIP_PREDICT_ROUTE", "")),
            faults);
    server.ready = false;
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, faults)));
    log("listening");
    if (faults.has(Fault.LOGS_TO_STDERR)) {
      System.err.println("listening");
    }
    if (faults.has(Fault.LOGS_PLAINLY)) {
      System.out.println("listening");
    }
  }

  private static void refuse(Faults faults, Map<String, String> environment) {
    boolean digits = environment.getOrDefault("AIP_ENDPOINT_ID", "1").matches("[0-9]+");
    boolean storage = !environment.getOrDefault("AIP_STORAGE_URI", "unset").isEmpty();
    boolean mode = environment.containsKey("AIP_MODE");
    if ((!digits && faults.has(Fault.WANTS_DIGITS))
        || (!storage && faults.has(Fault.WANTS_STORAGE_URI))
        || (!mode && faults.has(Fault.WANTS_MODE))) {
      log("this environment is not for me");
      System.exit(3);
    }
  }

  private static InetSocketAddress address(Faults faults, Map<String, String> environment) {
    String port = environment.getOrDefault("AIP_HTTP_PORT", "8080");
    boolean number = port.matches("[0-9]+");
    boolean any =
        faults.has(Fault.LISTENS_ELSEWHERE) || (!number && faults.has(Fault.TAKES_ANY_PORT));
    int chosen = any ? 0 : Integer.parseInt(port);
    return faults.has(Fault.LISTENS_ON_LOOPBACK)
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), chosen)
        : new InetSocketAddress(chosen);
  }

  private static String route(Faults faults, String route) {
    return route.startsWith("/") || faults.has(Fault.WANTS_SLASHES) ? route : "/" + route;
  }

  private static void stop(DoublingServer server, Faults faults) {
    if (faults.has(Fault.HALTS_ON_SIGTERM)) {
      Runtime.getRuntime().halt(143);
    }
    if (faults.has(Fault.IGNORES_SIGTERM)) {
      LockSupport.parkNanos(Long.MAX_VALUE);
    }
    server.beginStop();
    LockSupport.parkNanos(DRAIN_NANOS);
    server.close();
    Runtime.getRuntime().halt(faults.has(Fault.EXITS_WITH_143) ? 143 : 0);
  }

  static void log(String message) {
    System.out.println("{\"severity\": \"INFO\", \"message\": \"" + message + "\"}");
  }
}
