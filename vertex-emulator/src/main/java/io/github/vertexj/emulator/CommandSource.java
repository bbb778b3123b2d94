package io.github.vertexj.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Processes of one command, each with its own port and environment. */
record CommandSource(List<String> command, UploadedModel model, Consumer<String> console)
    implements ServerRun.Source {
  private static final Duration LAST_LINES = Duration.ofSeconds(2);

  @Override
  public ServerRun start(int replica, Map<String, String> platformVariables) {
    Map<String, String> variables =
        VariableReferences.environment(platformVariables, model.variables());
    List<String> words = VariableReferences.expand(command, variables);
    ProcessBuilder builder = new ProcessBuilder(words);
    Map<String, String> environment = builder.environment();
    // What this machine has set for a server of its own is not for the container.
    environment.keySet().removeIf(name -> name.startsWith("AIP_") || name.equals("PORT"));
    environment.putAll(variables);
    String port = environment.getOrDefault("AIP_HTTP_PORT", "");
    console.accept("[replica %d] port %s: %s".formatted(replica, port, String.join(" ", words)));
    try {
      Process process = builder.start();
      List<Thread> logs =
          List.of(
              print(process.getInputStream(), "[replica %d] ".formatted(replica)),
              // The platform's log shows every such line as an error (C9.2).
              print(process.getErrorStream(), "[replica %d stderr] ".formatted(replica)));
      return new Running(replica, process, URI.create("http://127.0.0.1:" + port), logs, this);
    } catch (IOException e) {
      throw new DeploymentException("the container cannot be started: " + e.getMessage(), e);
    }
  }

  private Thread print(InputStream stream, String prefix) {
    Thread thread = new Thread(() -> printLines(stream, prefix), "container-log");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void printLines(InputStream stream, String prefix) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      reader.lines().forEach(line -> console.accept(prefix + line));
    } catch (IOException | UncheckedIOException e) {
      console.accept(prefix + "(the log broke off)");
    }
  }

  private record Running(
      int replica, Process process, URI baseUri, List<Thread> logs, CommandSource source)
      implements ServerRun {

    @Override
    public boolean running() {
      return process.isAlive();
    }

    @Override
    public String end() {
      return "the process ended with status " + process.exitValue();
    }

    @Override
    public void close() {
      ProcessHandle container = process.toHandle(); // Process.destroy would break off the log
      List<ProcessHandle> children = container.descendants().toList();
      Duration grace = source.model.gracePeriod();
      try {
        container.destroy();
        if (!process.waitFor(grace.toNanos(), TimeUnit.NANOSECONDS)) {
          source.console.accept(
              ("[replica %d] is killed: it has not ended within %d s of SIGTERM; a shell that starts"
                      + " the server must exec it (C1.46)")
                  .formatted(replica, grace.toSeconds()));
        }
        container.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly); // a container ends as a whole
        for (Thread log : logs) {
          log.join(LAST_LINES.toMillis());
        }
      } catch (InterruptedException e) {
        container.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        Thread.currentThread().interrupt();
      }
    }
  }
}
