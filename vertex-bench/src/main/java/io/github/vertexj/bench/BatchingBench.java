package io.github.vertexj.bench;

import io.github.vertexj.bench.PartsProcess.Cost;
import io.github.vertexj.bench.Rounds.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * How near batching comes to the model's best: many clients with an instance each, beside the model
 * at its best batch size; and one client, beside the least that its prediction can take.
 */
final class BatchingBench {
  private static final int CLIENTS = 64;
  private static final int[] BATCHES = {1, 2, 4, 8, 16, 32, 64};

  private final Setting setting;
  private final Wrk wrk;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private final Rounds rounds = new Rounds();

  private BatchingBench(Setting setting) {
    this.setting = setting;
    this.wrk = new Wrk(setting.output());
  }

  /** Measures, prints the tables and writes a CSV file. */
  public static void main(String[] arguments) throws Exception {
    BatchingBench bench = new BatchingBench(Setting.fromProperties());
    for (Workload workload : Workload.JSON) {
      bench.run(workload);
    }
    bench.rounds.write(bench.setting.output("batching.csv"));
    bench.printCrowd(System.out);
    bench.printAlone(System.out);
  }

  private void run(Workload workload) throws Exception {
    String model = setting.model(workload).toString();
    try (ServerProcess server =
            ServerProcess.startTalking(
                setting.countingServer(model), setting.output("server.log"));
        ServerProcess bare = start("bare.log");
        ServerProcess assembled = start("assembled.log", workload.name(), model);
        PartsProcess parts = new PartsProcess(setting, workload, setting.output("parts.log"))) {
      bare.awaitOk("/");
      assembled.awaitOk("/");
      server.awaitOk("/health");
      Servers servers = new Servers(server, bare, assembled);
      warmUp(workload, servers, parts);
      for (int round = 0; round < setting.rounds(5); round++) {
        crowd(workload, servers, parts);
        alone(workload, servers, parts);
      }
    }
  }

  private record Servers(ServerProcess whole, ServerProcess bare, ServerProcess assembled) {}

  private ServerProcess start(String log, String... arguments) throws IOException {
    return ServerProcess.start(
        port -> {
          List<String> command = setting.program(BareServer.class, Integer.toString(port));
          command.addAll(List.of(arguments));
          return command;
        },
        setting.output(log));
  }

  private void warmUp(Workload workload, Servers servers, PartsProcess parts)
      throws IOException, InterruptedException {
    int seconds = setting.quick() ? 2 : 10;
    wrk.run(servers.whole, workload.body(1), CLIENTS, seconds);
    wrk.run(servers.bare, workload.body(1), CLIENTS, seconds / 2);
    wrk.run(servers.assembled, workload.body(1), 1, seconds / 2);
    parts.measure("codec", 1, seconds * 500, cores);
    parts.measure("model", 1, seconds * 500, cores);
  }

  private static String row(Workload workload, int batch) {
    return workload.modelName() + " batch " + batch;
  }

  private static String alone(Workload workload) {
    return workload.modelName() + " alone";
  }

  private void crowd(Workload workload, Servers servers, PartsProcess parts)
      throws IOException, InterruptedException {
    int seconds = setting.quick() ? 2 : 5;
    String row = workload.modelName();
    Body body = workload.body(1);
    for (int batch : BATCHES) {
      Cost cost = parts.measure("model", batch, seconds * 200, cores);
      rounds.add(row(workload, batch), Figure.MODEL, cost.cpuMicros() / batch);
    }
    Cost codec = parts.measure("codec", 1, seconds * 200, cores);
    rounds.add(row, Figure.CODEC, codec.cpuMicros());
    rounds.add(row, Figure.BARE, wrk.run(servers.bare, body, CLIENTS, seconds).cpuMicros());
    List<Double> before = servers.whole.ask("counts");
    rounds.add(row, wrk.run(servers.whole, body, CLIENTS, seconds));
    List<Double> after = servers.whole.ask("counts");
    double batches = after.get(0) - before.get(0);
    rounds.add(row, Figure.BATCH, (after.get(1) - before.get(1)) / batches);
  }

  private void alone(Workload workload, Servers servers, PartsProcess parts)
      throws IOException, InterruptedException {
    int seconds = setting.quick() ? 1 : 4;
    String row = alone(workload);
    Body body = workload.body(1);
    Cost model = parts.measure("model", 1, seconds * 250, 1);
    rounds.add(row, Figure.MODEL, model.medianMillis());
    rounds.add(row, Figure.BARE, wrk.run(servers.bare, body, 1, seconds).p50());
    rounds.add(row, Figure.P50, wrk.run(servers.whole, body, 1, seconds).p50());
    rounds.add(row, Figure.ASSEMBLED, wrk.run(servers.assembled, body, 1, seconds).p50());
    Cost codec = parts.measure("codec", 1, seconds * 250, 1);
    rounds.add(row, Figure.CODEC, codec.medianMillis());
  }

  private void printCrowd(PrintStream out) {
    Table table =
        new Table(
            out,
            String.format(
                Locale.ROOT,
                "%d clients with an instance each: CPU microseconds per instance, and the most that"
                    + " %d cores could answer at the sum of the parts, the load generator beside them"
                    + " (or not)",
                CLIENTS,
                cores),
            "model",
            "best batch",
            "model (DJL) at it",
            "codec",
            "bare handler",
            "generator",
            "whole",
            "requests/s",
            "instances per batch",
            "of the most",
            "(without generator)",
            "p50 ms",
            "p99 ms");
    for (Workload workload : Workload.JSON) {
      printCrowd(workload, table);
    }
  }

  private void printCrowd(Workload workload, Table table) {
    String row = workload.modelName();
    int best = best(workload);
    double model = rounds.median(row(workload, best), Figure.MODEL);
    double codec = rounds.median(row, Figure.CODEC);
    double bare = rounds.median(row, Figure.BARE);
    double generator = rounds.median(row, Figure.GENERATOR);
    double perSecond = rounds.median(row, Figure.PER_SECOND);
    double sum = model + codec + bare;
    table.row(
        row,
        best,
        model,
        codec,
        bare,
        generator,
        rounds.median(row, Figure.WHOLE),
        perSecond,
        rounds.median(row, Figure.BATCH),
        perSecond * (sum + generator) / (cores * 1e6),
        perSecond * sum / (cores * 1e6),
        rounds.median(row, Figure.P50),
        rounds.median(row, Figure.P99));
  }

  private int best(Workload workload) {
    int best = BATCHES[0];
    for (int batch : BATCHES) {
      if (rounds.median(row(workload, batch), Figure.MODEL)
          < rounds.median(row(workload, best), Figure.MODEL)) {
        best = batch;
      }
    }
    return best;
  }

  private void printAlone(PrintStream out) {
    Table table =
        new Table(
            out,
            "One client: median latency in microseconds; assembled: codec and forward on the bare handler's"
                + " thread",
            "model",
            "forward (DJL)",
            "codec",
            "HTTP",
            "sum",
            "assembled",
            "whole",
            "whole ÷ sum",
            "whole ÷ assembled");
    for (Workload workload : Workload.JSON) {
      double forward = aloneMicros(workload, Figure.MODEL);
      double codec = aloneMicros(workload, Figure.CODEC);
      double http = aloneMicros(workload, Figure.BARE);
      double assembled = aloneMicros(workload, Figure.ASSEMBLED);
      double whole = aloneMicros(workload, Figure.P50);
      double sum = forward + codec + http;
      table.row(
          workload.modelName(),
          forward,
          codec,
          http,
          sum,
          assembled,
          whole,
          whole / sum,
          whole / assembled);
    }
  }

  private double aloneMicros(Workload workload, Figure figure) {
    return 1000 * rounds.median(alone(workload), figure);
  }
}
