package io.github.vertexj.bench;

import io.github.vertexj.bench.Rounds.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a prediction costs over HTTP, beside the least that its parts cost: CPU time per request of
 * the server's processes, measured in short turns, so that a noisy machine is noisy for all.
 */
final class HttpBench {
  private static final int[] INSTANCES = {1, 8, 32};
  private static final int CONNECTIONS = 16;

  /** The load, by instances, at which other servers are saturated on two cores: see RESULTS.md. */
  private static final Map<Integer, Double> LOADS_OF_PEERS =
      new TreeMap<>(Map.of(1, 1700.0, 8, 700.0, 32, 220.0));

  private final Setting setting;
  private final Wrk wrk;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private final Rounds rounds = new Rounds();

  private HttpBench(Setting setting) {
    this.setting = setting;
    this.wrk = new Wrk(setting.output());
  }

  /** Measures, prints the tables and writes CSV files and the plot. */
  public static void main(String[] arguments) throws Exception {
    Setting setting = Setting.fromProperties();
    new HttpBench(setting).run(System.out);
    System.exit(0); // Hyperfoil's threads are no daemons
  }

  private void run(PrintStream out) throws Exception {
    try (ServerProcess server =
            ServerProcess.start(
                setting.server(setting.model(Workload.MLP)), setting.output("server.log"));
        ServerProcess bare =
            ServerProcess.start(
                port -> setting.program(BareServer.class, Integer.toString(port)),
                setting.output("bare.log"));
        PartsProcess parts = new PartsProcess(setting, Workload.MLP, setting.output("parts.log"))) {
      bare.awaitOk("/");
      server.awaitOk("/health");
      warmUp(server, bare, parts);
      for (int round = 0; round < setting.rounds(5); round++) {
        for (int instances : INSTANCES) {
          measure(instances, server, bare, parts);
        }
      }
      printTable(out);
      rounds.write(setting.output("http.csv"));
      latencies(server, out);
      atLoadsOfPeers(server, out);
    }
  }

  private void warmUp(ServerProcess server, ServerProcess bare, PartsProcess parts)
      throws IOException, InterruptedException {
    int seconds = setting.quick() ? 2 : 10;
    for (int instances : INSTANCES) {
      Body body = Workload.MLP.body(instances);
      wrk.run(server, body, CONNECTIONS, seconds);
      wrk.run(bare, body, CONNECTIONS, Math.max(1, seconds / 3));
      for (String part : PartsProcess.NAMES) {
        parts.measure(part, instances, 1000, cores);
      }
    }
  }

  private void measure(int instances, ServerProcess server, ServerProcess bare, PartsProcess parts)
      throws IOException, InterruptedException {
    int millis = setting.quick() ? 500 : 1000;
    int seconds = setting.quick() ? 2 : 4;
    Body body = Workload.MLP.body(instances);
    rounds.add(instances, Figure.BARE, wrk.run(bare, body, CONNECTIONS, seconds).cpuMicros());
    part("codec", Figure.CODEC, instances, millis, parts);
    rounds.add(instances, wrk.run(server, body, CONNECTIONS, seconds));
    part("model", Figure.MODEL, instances, millis, parts);
    part("predictor", Figure.PREDICTOR, instances, millis, parts);
  }

  private void part(String name, Figure figure, int instances, int millis, PartsProcess parts)
      throws IOException {
    rounds.add(instances, figure, parts.measure(name, instances, millis, cores).cpuMicros());
  }

  private void printTable(PrintStream out) {
    Table table =
        new Table(
            out,
            String.format(
                Locale.ROOT,
                "CPU microseconds per request; medians of %d rounds; wrk, %d connections, saturated",
                setting.rounds(5),
                CONNECTIONS),
            "instances",
            "bare handler",
            "codec",
            "model (DJL)",
            "sum",
            "whole",
            "quotient",
            "our predictor",
            "requests/s",
            "p50 ms",
            "p99 ms");
    for (int instances : INSTANCES) {
      double bare = rounds.median(instances, Figure.BARE);
      double codec = rounds.median(instances, Figure.CODEC);
      double model = rounds.median(instances, Figure.MODEL);
      double whole = rounds.median(instances, Figure.WHOLE);
      table.row(
          instances,
          bare,
          codec,
          model,
          bare + codec + model,
          whole,
          whole / (bare + codec + model),
          rounds.median(instances, Figure.PREDICTOR),
          rounds.median(instances, Figure.PER_SECOND),
          rounds.median(instances, Figure.P50),
          rounds.median(instances, Figure.P99));
    }
  }

  private void latencies(ServerProcess server, PrintStream out) throws IOException {
    int[] percents = setting.quick() ? new int[] {30, 70} : new int[] {10, 25, 40, 55, 70, 80, 90};
    double saturated = rounds.median(1, Figure.PER_SECOND);
    OpenLoop.run(server.port(), 1, saturated * 0.2, setting.quick() ? 2 : 6); // warms up Hyperfoil
    List<OpenLoop.Outcome> outcomes = new ArrayList<>();
    Table table = openLoopTable(out, "Latency in ms against offered load, 1 instance, open loop");
    for (int percent : percents) {
      outcomes.add(offer(server, 1, saturated * percent / 100, table));
    }
    LatencyPlot.write(outcomes, setting.output());
  }

  private void atLoadsOfPeers(ServerProcess server, PrintStream out) {
    Table table = openLoopTable(out, "Latency in ms where DJL Serving is saturated, open loop");
    LOADS_OF_PEERS.forEach((instances, rate) -> offer(server, instances, rate, table));
  }

  private static Table openLoopTable(PrintStream out, String caption) {
    return new Table(
        out, caption, "instances", "requests/s offered", "p50", "p99", "p99.9", "answered, %");
  }

  private OpenLoop.Outcome offer(ServerProcess server, int instances, double rate, Table table) {
    OpenLoop.Outcome outcome =
        OpenLoop.run(server.port(), instances, rate, setting.quick() ? 2 : 8);
    table.row(
        instances,
        rate,
        outcome.p50(),
        outcome.p99(),
        outcome.p999(),
        100 * Math.min(1, outcome.answered()));
    return outcome;
  }
}
