package io.github.vertexj.bench;

import io.github.vertexj.bench.Rounds.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a prediction costs over HTTP, beside the least that its parts cost: CPU time per request of
 * the server's processes, measured in short turns, so that a noisy machine is noisy for all.
 */
final class HttpBench {
  private static final int[] INSTANCES = {1, 8, 32};
  private static final int CONNECTIONS = 16;

  private final Setting setting;
  private final Wrk wrk;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private final Rounds rounds = new Rounds();

  private HttpBench(Setting setting) {
    this.setting = setting;
    this.wrk = new Wrk(setting.output());
  }

  /** Measures, prints the table and writes CSV files and the plot. */
  public static void main(String[] arguments) throws Exception {
    Setting setting = Setting.fromProperties();
    new HttpBench(setting).run(System.out);
    System.exit(0); // Hyperfoil's threads are no daemons
  }

  private void run(PrintStream out) throws Exception {
    Path logs = setting.output();
    try (ServerProcess server = ServerProcess.start(setting::server, logs.resolve("server.log"));
        ServerProcess bare =
            ServerProcess.start(
                port -> setting.program(BareServer.class, Integer.toString(port)),
                logs.resolve("bare.log"));
        PartsProcess parts = new PartsProcess(setting, logs.resolve("parts.log"))) {
      bare.awaitOk("/");
      server.awaitOk("/health");
      warmUp(server, bare, parts);
      for (int round = 0; round < roundCount(); round++) {
        for (int instances : INSTANCES) {
          measure(instances, server, bare, parts);
        }
      }
      printTable(out);
      rounds.write(setting.output().resolve("http.csv"));
      latencies(server, out);
    }
  }

  private int roundCount() {
    return setting.quick() ? 1 : 5;
  }

  private void warmUp(ServerProcess server, ServerProcess bare, PartsProcess parts)
      throws IOException, InterruptedException {
    int seconds = setting.quick() ? 3 : 10;
    for (int instances : INSTANCES) {
      wrk.run(server.uri("/predict"), instances, CONNECTIONS, seconds);
      wrk.run(bare.uri("/predict"), instances, CONNECTIONS, Math.max(1, seconds / 3));
      for (String part : PartsProcess.NAMES) {
        parts.micros(part, instances, 1000, cores);
      }
    }
  }

  private void measure(int instances, ServerProcess server, ServerProcess bare, PartsProcess parts)
      throws IOException, InterruptedException {
    int millis = setting.quick() ? 500 : 1000;
    rounds.add(instances, Figure.BARE, loaded(bare, instances).micros);
    rounds.add(instances, Figure.CODEC, parts.micros("codec", instances, millis, cores));
    Loaded whole = loaded(server, instances);
    rounds.add(instances, Figure.WHOLE, whole.micros);
    rounds.add(instances, Figure.PER_SECOND, whole.outcome.perSecond());
    rounds.add(instances, Figure.P50, whole.outcome.p50());
    rounds.add(instances, Figure.P99, whole.outcome.p99());
    rounds.add(instances, Figure.MODEL, parts.micros("model", instances, millis, cores));
    rounds.add(instances, Figure.PREDICTOR, parts.micros("predictor", instances, millis, cores));
  }

  private record Loaded(double micros, Wrk.Outcome outcome) {}

  private Loaded loaded(ServerProcess server, int instances)
      throws IOException, InterruptedException {
    Duration before = server.cpu();
    Wrk.Outcome outcome =
        wrk.run(server.uri("/predict"), instances, CONNECTIONS, setting.quick() ? 2 : 4);
    Duration used = server.cpu().minus(before);
    return new Loaded(used.toNanos() / 1e3 / outcome.requests(), outcome);
  }

  private void printTable(PrintStream out) {
    out.printf(
        "%nCPU microseconds per request; medians of %d rounds; wrk, %d connections, saturated%n%n",
        roundCount(), CONNECTIONS);
    out.println(
        "| instances | bare handler | codec | model (DJL) | sum | whole | quotient "
            + "| our predictor | requests/s | p50 ms | p99 ms |");
    out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (int instances : INSTANCES) {
      double sum =
          rounds.median(instances, Figure.BARE)
              + rounds.median(instances, Figure.CODEC)
              + rounds.median(instances, Figure.MODEL);
      double whole = rounds.median(instances, Figure.WHOLE);
      out.printf(
          Locale.ROOT,
          "| %d | %.0f | %.0f | %.0f | %.0f | %.0f | %.2f | %.0f | %.0f | %.2f | %.2f |%n",
          instances,
          rounds.median(instances, Figure.BARE),
          rounds.median(instances, Figure.CODEC),
          rounds.median(instances, Figure.MODEL),
          sum,
          whole,
          whole / sum,
          rounds.median(instances, Figure.PREDICTOR),
          rounds.median(instances, Figure.PER_SECOND),
          rounds.median(instances, Figure.P50),
          rounds.median(instances, Figure.P99));
    }
  }

  private void latencies(ServerProcess server, PrintStream out) throws IOException {
    int[] percents = setting.quick() ? new int[] {30, 70} : new int[] {10, 25, 40, 55, 70, 80, 90};
    int seconds = setting.quick() ? 3 : 8;
    double saturated = rounds.median(1, Figure.PER_SECOND);
    OpenLoop.run(server.port(), 1, saturated * 0.2, setting.quick() ? 2 : 6); // warms up Hyperfoil
    List<OpenLoop.Outcome> outcomes = new ArrayList<>();
    out.printf("%nLatency in ms against offered load, 1 instance, open loop%n%n");
    out.println("| requests/s offered | p50 | p99 | p99.9 | answered |");
    out.println("|---|---|---|---|---|");
    for (int percent : percents) {
      OpenLoop.Outcome outcome = OpenLoop.run(server.port(), 1, saturated * percent / 100, seconds);
      outcomes.add(outcome);
      out.printf(
          Locale.ROOT,
          "| %.0f | %.2f | %.2f | %.2f | %.1f %% |%n",
          outcome.rate(),
          outcome.p50(),
          outcome.p99(),
          outcome.p999(),
          100 * Math.min(1, outcome.answered()));
    }
    LatencyPlot.write(outcomes, setting.output());
  }
}
