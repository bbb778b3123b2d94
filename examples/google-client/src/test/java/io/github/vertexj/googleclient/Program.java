package io.github.vertexj.googleclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A program of this machine that a test runs; without it, the test is skipped. */
record Program(Path folder, Map<String, String> variables) {
  private static final long LONGEST_MINUTES = 5;

  /** What a program has said, on both its streams, and its exit status. */
  record Outcome(int status, String output) {}

  /** Runs a command to its end. */
  Outcome run(List<String> command) throws Exception {
    Path output = Files.createTempFile("output", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(variables);
      Process process = start(builder);
      process.getOutputStream().close();
      boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
      process.destroyForcibly();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(ended).as(text).isTrue();
      return new Outcome(process.exitValue(), text);
    } finally {
      Files.delete(output);
    }
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      Assumptions.abort(builder.command().get(0) + " is not installed: " + e.getMessage());
      throw new IllegalStateException(e);
    }
  }
}
