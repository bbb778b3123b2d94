package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.engine.Engine;
import io.github.vertexj.bench.PartsProcess.Cost;
import io.github.vertexj.bench.Rounds.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
    for (int batch : bench.batches()) {
      bench.run(batch);
    }
    bench.print(System.out);
    bench.rounds.write(bench.setting.output("resnet.csv"));
  }

  private List<Integer> batches() {
    String chosen = System.getProperty("bench.batches", "");
    return chosen.isEmpty()
        ? gpu ? List.of(1, 8, 32, 128) : List.of(1, 4)
        : Arrays.stream(chosen.split(" ", -1)).map(Integer::valueOf).toList();
  }

  /** On a GPU, further workers stack and copy batches while the forward of one runs. */
  private List<Integer> workers() {
    return gpu ? List.of(1, 2, 3) : List.of(cores);
  }

  private record Choice(int batch, int workers) {
    @Override
    public String toString() {
      return "batch " + batch + " workers " + workers;
    }

    /** Twice what is computed at once: the next batches wait while these run. */
    int clients() {
      return 2 * batch * workers;
    }
  }

  private void run(int batch) throws Exception {
    String file = setting.model(workload).resolve(workload.modelName() + ".pt").toString();
    int seconds = setting.quick() ? 2 : gpu ? 5 : 20;
    Map<Choice, ServerProcess> servers = new LinkedHashMap<>();
    try (PartsProcess parts = new PartsProcess(setting, workload, setting.output("parts.log"))) {
      for (int workers : workers()) {
        Choice choice = new Choice(batch, workers);
        ServerProcess server =
            ServerProcess.startTalking(
                setting.countingServer(modelDirectory(choice).toString()),
                setting.output("server-" + workers + ".log"));
        servers.put(choice, server);
        server.awaitOk("/health");
        wrk.run(server, workload.body(1), choice.clients(), seconds); // warms up
      }
      parts.measure("model", batch, 1000 * seconds, bareThreads()); // so does this
      for (int round = 0; round < setting.rounds(3); round++) {
        bare(batch, parts, seconds);
        python(batch, file, seconds, Figure.PYTHON);
        python(batch, file, seconds, Figure.DEVICE, "there");
        for (Map.Entry<Choice, ServerProcess> server : servers.entrySet()) {
          whole(server.getKey(), server.getValue(), seconds);
        }
      }
    } finally {
      servers.values().forEach(ServerProcess::close);
    }
  }

  private void bare(int batch, PartsProcess parts, int seconds) throws IOException {
    Cost cost = parts.measure("model", batch, 1000 * seconds, bareThreads());
    rounds.add(batch, Figure.MODEL, cost.cpuMicros() / batch);
    rounds.add(batch, Figure.BARE, cost.perSecond() * batch);
  }

  private void whole(Choice choice, ServerProcess server, int seconds)
      throws IOException, InterruptedException {
    server.predict(workload.body(1)); // answered when what an earlier load left behind is done
    List<Double> before = server.ask("counts");
    rounds.add(choice, wrk.run(server, workload.body(1), choice.clients(), seconds));
    List<Double> after = server.ask("counts");
    rounds.add(
        choice, Figure.BATCH, (after.get(1) - before.get(1)) / (after.get(0) - before.get(0)));
  }

  private void python(int batch, String file, int seconds, Figure figure, String... mode)
      throws IOException, InterruptedException {
    if (python.isEmpty()) {
      return;
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                python,
                System.getProperty("bench.loop"),
                file,
                Integer.toString(batch),
                Integer.toString(seconds),
                Integer.toString(bareThreads()),
                dtype));
    command.addAll(List.of(mode));
    Process process =
        new ProcessBuilder(command).redirectError(setting.output("python.log").toFile()).start();
    String answer = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) { // an older PyTorch has no float16 on the CPU
      System.out.println("no bare loop in Python: see python.log in the output folder");
      return;
    }
    rounds.add(batch, figure, Double.parseDouble(answer.split(" ", -1)[0]));
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

  private void print(PrintStream out) {
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
            "on the device",
            "bare (DJL)",
            "bare (Python)",
            "workers",
            "whole",
            "÷ DJL",
            "÷ Python",
            "÷ device",
            "images per batch",
            "p50 ms",
            "p99 ms",
            "CPU bare",
            "CPU whole");
    for (int batch : batches()) {
      for (int workers : workers()) {
        print(table, new Choice(batch, workers));
      }
    }
  }

  private void print(Table table, Choice choice) {
    int batch = choice.batch;
    double whole = rounds.median(choice, Figure.PER_SECOND);
    double device = rounds.median(batch, Figure.DEVICE);
    double bare = rounds.median(batch, Figure.BARE);
    double inPython = rounds.median(batch, Figure.PYTHON);
    table.row(
        batch,
        device,
        bare,
        inPython,
        choice.workers,
        whole,
        whole / bare,
        whole / inPython,
        whole / device,
        rounds.median(choice, Figure.BATCH),
        rounds.median(choice, Figure.P50),
        rounds.median(choice, Figure.P99),
        rounds.median(batch, Figure.MODEL),
        rounds.median(choice, Figure.WHOLE));
  }
}
