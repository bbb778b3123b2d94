package io.github.vertexj.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The process of {@link PartsServer}. */
final class PartsProcess implements AutoCloseable {
  static final List<String> NAMES = List.of("codec", "model", "predictor");

  private final Process process;
  private final Dialogue dialogue;

  PartsProcess(Setting setting, Workload workload, Path log) throws IOException {
    process =
        new ProcessBuilder(
                setting.program(
                    PartsServer.class, workload.name(), setting.model(workload).toString()))
            .redirectError(log.toFile())
            .start();
    dialogue = new Dialogue(process);
  }

  /**
   * What a part costs.
   *
   * @param cpuMicros its CPU time
   * @param medianMillis how long it takes, half of the times
   * @param perSecond how many were done in a second, on all threads
   */
  record Cost(double cpuMicros, double medianMillis, double perSecond) {}

  /** Runs a part for some time, on several threads at once. */
  Cost measure(String part, int instances, int millis, int threads) throws IOException {
    List<Double> answer = dialogue.ask(part + " " + instances + " " + millis + " " + threads);
    return new Cost(answer.get(0), answer.get(1), answer.get(2));
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
  }
}
