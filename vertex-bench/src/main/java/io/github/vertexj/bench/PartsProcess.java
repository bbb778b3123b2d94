package io.github.vertexj.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The process of {@link PartsServer}. */
final class PartsProcess implements AutoCloseable {
  static final List<String> NAMES = List.of("codec", "model", "predictor");

  private final Process process;
  private final BufferedReader answers;

  PartsProcess(Setting setting, Path log) throws IOException {
    process =
        new ProcessBuilder(setting.program(PartsServer.class, setting.model().toString()))
            .redirectError(log.toFile())
            .start();
    answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }

  double micros(String part, int instances, int millis, int threads) throws IOException {
    String command = part + " " + instances + " " + millis + " " + threads + "\n";
    process.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IllegalStateException(
          "the parts' process ended: see parts.log in the output folder");
    }
    return Double.parseDouble(answer);
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
  }
}
