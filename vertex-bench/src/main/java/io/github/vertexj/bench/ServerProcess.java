package io.github.vertexj.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a process of its own, on a free port of the loopback address. */
final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(2);

  private final Process process;
  private final Dialogue dialogue;
  private final int port;
  private final long startedNanos = System.nanoTime();

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.dialogue = new Dialogue(process);
    this.port = port;
  }

  /** Makes the command that serves on a port. */
  interface Command {
    List<String> on(int port);
  }

  /** Starts a server whose output goes to a file. */
  static ServerProcess start(Command command, Path log) throws IOException {
    int port = freePort();
    ProcessBuilder builder = new ProcessBuilder(command.on(port));
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new ServerProcess(builder.start(), port);
  }

  /** Starts a server that answers questions on its output; its errors go to a file. */
  static ServerProcess startTalking(Command command, Path log) throws IOException {
    int port = freePort();
    ProcessBuilder builder = new ProcessBuilder(command.on(port)).redirectError(log.toFile());
    return new ServerProcess(builder.start(), port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0)) {
      return any.getLocalPort();
    }
  }

  int port() {
    return port;
  }

  URI uri(String path) {
    return URI.create("http://" + Setting.HOST + ":" + port + path);
  }

  /** Waits until something listens; returns the time since the process was started. */
  Duration awaitPort() throws InterruptedException {
    return await(
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
          }
        });
  }

  /** Waits until a GET answers 200; returns the time since the process was started. */
  Duration awaitOk(String path) throws InterruptedException {
    return await(
        () -> {
          HttpURLConnection connection = (HttpURLConnection) uri(path).toURL().openConnection();
          return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        });
  }

  /** Sends one request. */
  void predict(Body body) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri("/predict").toURL().openConnection();
    connection.setRequestProperty("Content-Type", body.mediaType());
    connection.setDoOutput(true);
    connection.getOutputStream().write(body.bytes());
    if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IllegalStateException("the server answered " + connection.getResponseCode());
    }
  }

  private interface Attempt {
    boolean succeeds() throws IOException;
  }

  private Duration await(Attempt attempt) throws InterruptedException {
    while (true) {
      try {
        if (attempt.succeeds()) {
          return since();
        }
      } catch (IOException notYet) {
        // asked again below
      }
      if (!process.isAlive() || since().compareTo(PATIENCE) > 0) {
        throw new IllegalStateException(
            "the server did not start: see its log in the output folder");
      }
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }

  private Duration since() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /** Asks a server that was started to talk. */
  List<Double> ask(String question) throws IOException {
    return dialogue.ask(question);
  }

  /** The CPU time used so far, by the process and all it started. */
  Duration cpu() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** The resident memory in MiB. */
  long residentMebibytes() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
