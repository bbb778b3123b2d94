package io.github.vertexj.tomcatwar;

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real Tomcat in a process of its own, as {@code run.sh} starts it, in a folder where a test may
 * change what it likes.
 */
final class TomcatProcess implements AutoCloseable {
  static final Path DIGITS = Path.of("../quickstart/digits").toAbsolutePath().normalize();
  private static final Path HOME = Path.of(System.getProperty("tomcat.home"));
  private static final Path BASE = Path.of(System.getProperty("tomcat.base"));
  private static final long PATIENCE_NANOS = Duration.ofMinutes(2).toNanos();
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path base;
  private final Process process;
  private final URI uri;

  private TomcatProcess(Path base, Process process, URI uri) {
    this.base = base;
    this.process = process;
    this.uri = uri;
  }

  /** Lays out a folder like the one that the build has made. */
  static Path layOut(Path base) throws IOException {
    Files.createSymbolicLink(base.resolve("lib"), BASE.resolve("lib")); // 125 MB
    for (String folder : List.of("bin", "conf", "webapps", "temp")) {
      Files.createDirectories(base.resolve(folder));
    }
    for (String file :
        List.of("bin/setenv.sh", "conf/context.xml", "conf/server.xml", "webapps/ROOT.war")) {
      Files.copy(BASE.resolve(file), base.resolve(file));
    }
    return base;
  }

  static Path lib() {
    return BASE.resolve("lib");
  }

  /** Starts Tomcat on a port that was free a moment ago. */
  static TomcatProcess start(Path base, Map<String, String> variables) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    ProcessBuilder builder = new ProcessBuilder(HOME.resolve("bin/catalina.sh").toString(), "run");
    Map<String, String> environment = builder.environment();
    environment.put("CATALINA_HOME", HOME.toString());
    environment.put("CATALINA_BASE", base.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("AIP_HTTP_PORT", Integer.toString(port));
    environment.put("AIP_STORAGE_URI", DIGITS.toString());
    environment.putAll(variables);
    Process process =
        builder
            .redirectOutput(base.resolve("stdout").toFile())
            .redirectError(base.resolve("stderr").toFile())
            .start();
    return new TomcatProcess(base, process, URI.create("http://localhost:" + port));
  }

  URI uri(String path) {
    return uri.resolve(path);
  }

  long pid() {
    return process.pid();
  }

  /** Waits until health says a status; fails when the process ends before. */
  TomcatProcess awaitHealth(int status) throws Exception {
    long start = System.nanoTime();
    while (process.isAlive() && System.nanoTime() - start < PATIENCE_NANOS) {
      try {
        if (get("/health").statusCode() == status) {
          return this;
        }
      } catch (ConnectException notYet) {
        // the process is still starting
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError("health never was " + status + "; the server said:\n" + output());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> predict(String envelope) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/predict"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(envelope))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** Waits for the end and returns the exit code. */
  int awaitExit() throws Exception {
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      throw new AssertionError("the server did not end; it said:\n" + output());
    }
    return process.exitValue();
  }

  String stdout() throws IOException {
    return Files.readString(base.resolve("stdout"));
  }

  String stderr() throws IOException {
    return Files.readString(base.resolve("stderr"));
  }

  String output() throws IOException {
    return stdout() + stderr();
  }

  long residentMebibytes() throws IOException {
    Matcher line = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid() + "/status")));
    if (!line.find()) {
      throw new AssertionError("no VmRSS");
    }
    return Long.parseLong(line.group(1)) / 1024;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
