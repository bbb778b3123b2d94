package io.github.vertexj.quickstart;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, on a port that was free a moment ago. */
final class ServerProcess implements AutoCloseable {
  private static final long PATIENCE_NANOS = Duration.ofMinutes(4).toNanos();

  private final Process process;
  private final URI uri;
  private final Path log;

  private ServerProcess(Process process, URI uri, Path log) {
    this.process = process;
    this.uri = uri;
    this.log = log;
  }

  /** Starts a main class of this test's class path, with a folder in front of it. */
  static ServerProcess java(String folder, String... mainAndArguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(
        folder + System.getProperty("path.separator") + System.getProperty("java.class.path"));
    command.addAll(List.of(mainAndArguments));
    return command(command);
  }

  /** Starts a command that takes its port from the environment. */
  static ServerProcess command(List<String> command) throws IOException {
    int port = freePort();
    Path log = Files.createTempFile("server", ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("AIP_HTTP_PORT", Integer.toString(port));
    Process process = builder.redirectOutput(log.toFile()).start();
    return new ServerProcess(process, URI.create("http://localhost:" + port), log);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Waits until health says 200; fails when the process ends before. */
  URI awaitReady() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest health = HttpRequest.newBuilder(uri.resolve("/health")).build();
    long start = System.nanoTime();
    while (process.isAlive() && System.nanoTime() - start < PATIENCE_NANOS) {
      try {
        if (client.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return uri;
        }
      } catch (ConnectException notYet) {
        // the process is still starting
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError("the server did not become ready; it said:\n" + log());
  }

  /** Sends SIGTERM and returns the exit code. */
  int terminate() throws Exception {
    process.destroy();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      throw new AssertionError("the server did not end; it said:\n" + log());
    }
    return process.exitValue();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    Files.delete(log);
  }
}
