package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.engine.Engine;
import io.github.vertexj.bench.PartsProcess.Cost;
import io.github.vertexj.bench.Rounds.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A model of ResNet-50's size that is sent binary tensors, beside bare loops of the same file at
 * the same batch size: one of DJL and, where Python has PyTorch, one of that. On GPU 0 if there is
 * one, else on the CPU.
 */
final class ResNetBench {
  private final Setting setting;
  private final Workload workload;
  private final String dtype;
  private final String python;
  private final Wrk wrk;
  private final boolean gpu = Engine.getEngine("PyTorch").getGpuCount() > 0;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private final Rounds rounds = new Rounds();

  private ResNetBench(Setting setting, String dtype, String python) {
    this.setting = setting;
    this.dtype = dtype;
    this.python = python;
    this.workload = dtype.equals("fp32") ? Workload.RESNET50 : Workload.RESNET50_FP16;
    this.wrk = new Wrk(setting.output());
  }

  /** Measures in turns, prints the table and writes a CSV file. */
  public static void main(String[] arguments) throws Exception {
    String python = arguments.length > 1 ? arguments[1] : "";
    ResNetBench bench = new ResNetBench(Setting.fromProperties(), arguments[0], python);
    List<Choice> choices = bench.choices();
    for (Choice choice : choices) {
      bench.run(choice);
    }
    bench.print(System.out, choices);
    bench.rounds.write(bench.setting.output("resnet.csv"));
  }

  private record Choice(int batch, int workers) {
    @Override
    public String toString() {
      return "batch " + batch + " workers " + workers;
    }
  }

  /** A second worker on a GPU stacks and copies while the first one's batch is computed. */
  private List<Choice> choices() {
    return gpu
        ? Stream.of(1, 8, 32)
            .flatMap(batch -> Stream.of(1, 2).map(workers -> new Choice(batch, workers)))
            .toList()
        : List.of(new Choice(1, cores), new Choice(4, cores));
  }

  private void run(Choice choice) throws Exception {
    String file = setting.model(workload).resolve(workload.modelName() + ".pt").toString();
    String model = modelDirectory(choice).toString();
    int seconds = setting.quick() ? 2 : gpu ? 10 : 20;
    // twice what is computed at once: the next batches wait while these run
    int clients = 2 * choice.batch * choice.workers;
    try (PartsProcess parts = new PartsProcess(setting, workload, setting.output("parts.log"));
        ServerProcess server =
            ServerProcess.startTalking(
                setting.countingServer(model), setting.output("server.log"))) {
      server.awaitOk("/health");
      wrk.run(server, workload.body(1), clients, seconds); // warms up, as the next line does
      parts.measure("model", choice.batch, 1000 * seconds, bareThreads());
      for (int round = 0; round < setting.rounds(3); round++) {
        bare(choice, parts, seconds);
        whole(choice, server, clients, seconds);
        python(choice, file, seconds);
      }
    }
  }

  private void bare(Choice choice, PartsProcess parts, int seconds) throws IOException {
    Cost cost = parts.measure("model", choice.batch, 1000 * seconds, bareThreads());
    rounds.add(choice, Figure.MODEL, cost.cpuMicros() / choice.batch);
    rounds.add(choice, Figure.BARE, cost.perSecond() * choice.batch);
  }

  private void whole(Choice choice, ServerProcess server, int clients, int seconds)
      throws IOException, InterruptedException {
    server.predict(workload.body(1)); // answered when what an earlier load left behind is done
    List<Double> before = server.ask("counts");
    rounds.add(choice, wrk.run(server, workload.body(1), clients, seconds));
    List<Double> after = server.ask("counts");
    rounds.add(
        choice, Figure.BATCH, (after.get(1) - before.get(1)) / (after.get(0) - before.get(0)));
  }

  private void python(Choice choice, String file, int seconds)
      throws IOException, InterruptedException {
    if (python.isEmpty()) {
      return;
    }
    Process process =
        new ProcessBuilder(
                python,
                System.getProperty("bench.loop"),
                file,
                Integer.toString(choice.batch),
                Integer.toString(seconds),
                Integer.toString(bareThreads()),
                dtype)
            .redirectError(setting.output("python.log").toFile())
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) { // an older PyTorch has no float16 on the CPU
      System.out.println("no bare loop in Python: see python.log in the output folder");
      return;
    }
    String[] numbers = answer.split(" ", -1);
    rounds.add(choice, Figure.PYTHON, Double.parseDouble(numbers[0]));
  }

  /** As many as the server has on a CPU; on a GPU one, which waits for it. */
  private int bareThreads() {
    return gpu ? 1 : cores;
  }

  private Path modelDirectory(Choice choice) throws IOException {
    return setting.model(
        workload,
        "resnet-%d-%d".formatted(choice.batch, choice.workers),
        "batch_size=%d%nmaxWorkers=%d%n".formatted(choice.batch, choice.workers)
            + "load_on_devices=%s%n".formatted(gpu ? "0" : "cpu"));
  }

  private void print(PrintStream out, List<Choice> choices) {
    Table table =
        new Table(
            out,
            String.format(
                Locale.ROOT,
                "ResNet-50 in %s on %s, an image of 3 × 224 × 224 float32 a request as .npy: images"
                    + " per second, CPU in microseconds per image",
                dtype,
                gpu ? "GPU 0" : "the CPU"),
            "batch",
            "workers",
            "bare (DJL)",
            "bare (Python)",
            "whole",
            "÷ DJL",
            "÷ Python",
            "images per batch",
            "p50 ms",
            "CPU bare",
            "CPU whole",
            "bare ÷ whole");
    for (Choice choice : choices) {
      double whole = rounds.median(choice, Figure.PER_SECOND);
      double bare = rounds.median(choice, Figure.BARE);
      double inPython = rounds.median(choice, Figure.PYTHON);
      table.row(
          choice.batch,
          choice.workers,
          bare,
          inPython,
          whole,
          whole / bare,
          whole / inPython,
          rounds.median(choice, Figure.BATCH),
          rounds.median(choice, Figure.P50),
          rounds.median(choice, Figure.MODEL),
          rounds.median(choice, Figure.WHOLE),
          rounds.median(choice, Figure.MODEL) / rounds.median(choice, Figure.WHOLE));
    }
  }
}
