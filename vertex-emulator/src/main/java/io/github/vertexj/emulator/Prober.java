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

  /** Tries once; an answer that is late, broken or absent is bad. */
  boolean good(Probe probe, ServerRun server, Map<String, String> variables) {
    Duration timeout = clock.patience(probe.timeout());
    try {
      if (probe.action() instanceof Probe.HttpGet get) {
        return goodStatus(get, server.baseUri(), timeout);
      } else if (probe.action() instanceof Probe.Exec exec) {
        return exitsWithZero(exec.command(), variables, timeout);
      }
      return connects(server.baseUri(), timeout);
    } catch (IOException | ExecutionException | TimeoutException noAnswer) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean goodStatus(Probe.HttpGet get, URI base, Duration timeout)
      throws ExecutionException, TimeoutException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(Uris.at(base, get.path())).build();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      int status = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS).statusCode();
      return get.exactly200() ? status == OK : status >= OK && status < FIRST_ERROR;
    } finally {
      answer.cancel(true);
    }
  }

  private static boolean connects(URI base, Duration timeout) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(base.getHost(), base.getPort()), (int) timeout.toMillis());
      return true;
    }
  }

  private static boolean exitsWithZero(
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
      return process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS) && process.exitValue() == 0;
    } finally {
      process.destroyForcibly();
    }
  }
}
