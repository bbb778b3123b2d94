package io.github.vertexj.bench;

import io.github.vertexj.bench.Rounds.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How many workers with how many threads inside an operator serve a small and a large model. */
final class ThreadsBench {
  private static final int CLIENTS = 16;

  private final Setting setting;
  private final Wrk wrk;
  private final Rounds crowd = new Rounds();
  private final Rounds alone = new Rounds();

  private ThreadsBench(Setting setting) {
    this.setting = setting;
    this.wrk = new Wrk(setting.output());
  }

  /** Measures in turns, prints the table and writes CSV files. */
  public static void main(String[] arguments) throws Exception {
    ThreadsBench bench = new ThreadsBench(Setting.fromProperties());
    List<Choice> choices = choices(Runtime.getRuntime().availableProcessors());
    for (Workload workload : Workload.JSON) {
      bench.run(workload, choices);
    }
    bench.print(System.out, choices);
    bench.crowd.write(bench.setting.output("threads.csv"));
    bench.alone.write(bench.setting.output("threads-one-client.csv"));
  }

  private record Choice(int workers, int threads) {
    @Override
    public String toString() {
      return workers + " × " + threads;
    }
  }

  /** One of each; as many as there are cores, either of workers or of threads; and too many. */
  private static List<Choice> choices(int cores) {
    return Stream.of(
            new Choice(1, 1), new Choice(cores, 1), new Choice(1, cores), new Choice(cores, cores))
        .distinct()
        .toList();
  }

  private void run(Workload workload, List<Choice> choices) throws Exception {
    for (int round = 0; round < setting.rounds(3); round++) {
      for (Choice choice : choices) {
        measure(workload, choice);
      }
    }
  }

  /** A server of its own for each turn: others in the same memory would be in its way. */
  private void measure(Workload workload, Choice choice) throws Exception {
    int seconds = setting.quick() ? 1 : 5;
    Body body = workload.body(1);
    String row = row(workload, choice);
    try (ServerProcess server =
        ServerProcess.start(
            setting.server(modelDirectory(workload, choice)), setting.output("server.log"))) {
      server.awaitOk("/health");
      wrk.run(server, body, CLIENTS, 2 * seconds);
      crowd.add(row, wrk.run(server, body, CLIENTS, seconds));
      alone.add(row, wrk.run(server, body, 1, seconds));
    }
  }

  private static String row(Workload workload, Choice choice) {
    return workload.modelName() + " " + choice;
  }

  private Path modelDirectory(Workload workload, Choice choice) throws IOException {
    return setting.model(
        workload,
        "threads-%d-%d".formatted(choice.workers, choice.threads),
        "maxWorkers=%d%noption.intraOpNumThreads=%d%n".formatted(choice.workers, choice.threads));
  }

  private void print(PrintStream out, List<Choice> choices) {
    Table table =
        new Table(
            out,
            String.format(
                Locale.ROOT,
                "Workers × threads inside an operator, single instances, %d clients and one; CPU in"
                    + " microseconds per request",
                CLIENTS),
            "model",
            "workers × threads",
            "requests/s",
            "p50 ms",
            "CPU",
            "one client: requests/s",
            "p50 ms",
            "CPU");
    for (Workload workload : Workload.JSON) {
      for (Choice choice : choices) {
        String row = row(workload, choice);
        table.row(
            workload.modelName(),
            choice,
            crowd.median(row, Figure.PER_SECOND),
            crowd.median(row, Figure.P50),
            crowd.median(row, Figure.WHOLE),
            alone.median(row, Figure.PER_SECOND),
            alone.median(row, Figure.P50),
            alone.median(row, Figure.WHOLE));
      }
    }
  }
}
