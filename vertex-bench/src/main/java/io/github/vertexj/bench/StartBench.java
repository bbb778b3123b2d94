package io.github.vertexj.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** From process start to the open port and to the first 200, beside a bare program's whole run. */
final class StartBench {
  private StartBench() {}

  /** Measures in turns and prints medians, in milliseconds. */
  public static void main(String[] arguments) throws Exception {
    Setting setting = Setting.fromProperties();
    List<Double> bare = new ArrayList<>();
    List<Double> port = new ArrayList<>();
    List<Double> portCpu = new ArrayList<>();
    List<Double> ok = new ArrayList<>();
    int rounds = setting.quick() ? 2 : 9;
    for (int round = 0; round < rounds; round++) {
      bare.add(bareRun(setting));
      try (ServerProcess server =
          ServerProcess.start(setting::server, setting.output().resolve("server.log"))) {
        port.add(millis(server.awaitPort()));
        portCpu.add(millis(server.cpu()));
        ok.add(millis(server.awaitOk("/health")));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%nStart in ms, medians of %d%n%n| open port | its CPU time | first 200 | load and run once, bare | quotient |%n"
            + "|---|---|---|---|---|%n| %.0f | %.0f | %.0f | %.0f | %.2f |%n",
        rounds,
        Medians.of(port),
        Medians.of(portCpu),
        Medians.of(ok),
        Medians.of(bare),
        Medians.of(ok) / Medians.of(bare));
  }

  private static double bareRun(Setting setting) throws IOException, InterruptedException {
    long started = System.nanoTime();
    Process process =
        new ProcessBuilder(setting.program(BareModel.class, setting.model().toString()))
            .redirectErrorStream(true)
            .redirectOutput(setting.output().resolve("bare-model.log").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the bare program failed: see bare-model.log");
    }
    return (System.nanoTime() - started) / 1e6;
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
