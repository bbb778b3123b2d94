package io.github.vertexj.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that was started as a container would be, with what it prints. Thread-safe. */
final class ServerProcess implements AutoCloseable {
  private static final int MOST_OF_A_LOG = 4 * 1024 * 1024;

  private final Process process;
  private final Path stdout;
  private final Path stderr;

  /** What it had started when it was told to end: orphans are nobody's children. */
  private volatile List<ProcessHandle> started = List.of();

  private ServerProcess(Process process, Path stdout, Path stderr) {
    this.process = process;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /**
   * Starts a command with the platform's variables, then the user's; none of this process's own
   * {@code AIP_*} variables is handed on.
   */
  static ServerProcess start(
      List<String> command, PlatformVariables platform, Map<String, String> environment)
      throws Verdict {
    try {
      Path stdout = log(".out");
      Path stderr = log(".err");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().keySet().removeIf(name -> name.startsWith(PlatformVariables.PREFIX));
      builder.environment().putAll(platform.asMap());
      builder.environment().putAll(environment);
      builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
      Process process = builder.start();
      process.getOutputStream().close();
      return new ServerProcess(process, stdout, stderr);
    } catch (IOException e) {
      throw Verdict.untested(
          "the command cannot be started: " + Shown.text(String.valueOf(e.getMessage())));
    }
  }

  private static Path log(String suffix) throws IOException {
    Path file = Files.createTempFile("vertex-conformance", suffix);
    file.toFile().deleteOnExit();
    return file;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Sends SIGTERM. (The process's own method would also close its output.) */
  void terminate() {
    if (process.isAlive()) {
      started = process.descendants().toList();
    }
    process.toHandle().destroy();
  }

  /** Waits for the end; empty if it does not come in time. */
  OptionalInt exitCodeWithin(Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  /** What has been printed to the standard output. */
  List<String> stdout() {
    return lines(stdout);
  }

  /** What has been printed to the standard error. */
  List<String> stderr() {
    return lines(stderr);
  }

  /** The last line printed, for a report of what went wrong. */
  String lastWords() {
    List<String> all = Stream.concat(stdout().stream(), stderr().stream()).toList();
    return all.isEmpty()
        ? "it printed nothing"
        : "last line: " + Shown.text(all.get(all.size() - 1));
  }

  private static List<String> lines(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MOST_OF_A_LOG), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it and whatever it has started. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(started);
    process.descendants().forEach(all::add);
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
    stdout.toFile().delete();
    stderr.toFile().delete();
  }
}
