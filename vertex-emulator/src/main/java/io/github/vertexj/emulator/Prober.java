package io.github.vertexj.emulator;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tries probes on a container.
 *
 * <p>Thread-safe.
 */
final class Prober {
  private static final int OK = 200;
  private static final int FIRST_ERROR = 400;

  private final HttpClient client;
  private final ProbeClock clock;

  Prober(HttpClient client, ProbeClock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Tries once, and returns what is bad about the answer; empty if it is good. */
  String problem(Probe probe, ServerRun server, Map<String, String> variables) {
    Duration timeout = clock.patience(probe.timeout());
    try {
      if (probe.action() instanceof Probe.HttpGet get) {
        return problemOfStatus(get, server.baseUri(), timeout);
      } else if (probe.action() instanceof Probe.Exec exec) {
        return problemOfExit(exec.command(), variables, timeout);
      }
      connect(server.baseUri(), timeout);
      return "";
    } catch (TimeoutException e) {
      return "it has not answered " + probe.action() + " in time";
    } catch (IOException | ExecutionException e) {
      return "nothing answers " + probe.action() + " at " + server.baseUri();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "the probe was interrupted";
    }
  }

  private String problemOfStatus(Probe.HttpGet get, URI base, Duration timeout)
      throws ExecutionException, TimeoutException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(Uris.at(base, get.path())).build();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      int status = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS).statusCode();
      boolean good = get.exactly200() ? status == OK : status >= OK && status < FIRST_ERROR;
      return good ? "" : get + " is answered with " + status;
    } finally {
      answer.cancel(true);
    }
  }

  /** Opens a connection to a server and closes it. */
  static void connect(URI base, Duration timeout) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(base.getHost(), base.getPort()), (int) timeout.toMillis());
    }
  }

  private static String problemOfExit(
      List<String> command, Map<String, String> variables, Duration timeout)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(new File("/"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(variables);
    Process process = builder.start();
    try {
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return "the command of its probe has not ended in time";
      }
      int status = process.exitValue();
      return status == 0 ? "" : "the command of its probe ends with status " + status;
    } finally {
      process.destroyForcibly();
    }
  }
}
