package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import ai.djl.Model;
import io.github.vertexj.djl.TorchScriptProvider;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process that runs parts on command: each line of its input is {@code <part> <instances>
 * <milliseconds> <threads>}, each line of its output the CPU time of one request, in microseconds.
 *
 * <p>A process of its own, as a server is one; kept for all rounds, so that it is warm.
 */
final class PartsServer {
  private final Model model;
  private final TorchScriptProvider provider;
  private final Map<String, Parts.Part> made = new HashMap<>();

  private PartsServer(Path directory) throws Exception {
    model = Parts.load(directory);
    provider = Parts.provider(directory);
  }

  /** Serves commands until the input ends. */
  public static void main(String[] arguments) throws Exception {
    PartsServer server = new PartsServer(Path.of(arguments[0]));
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", -1);
      double micros =
          server.run(
              words[0],
              Integer.parseInt(words[1]),
              Integer.parseInt(words[2]),
              Integer.parseInt(words[3]));
      System.out.println(micros);
    }
    System.exit(0);
  }

  private double run(String part, int instances, int millis, int threads) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<double[]>> loops = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        Parts.Part own = part(part, instances, thread);
        loops.add(() -> loop(own, millis));
      }
      double nanos = 0;
      double count = 0;
      for (Future<double[]> loop : pool.invokeAll(loops)) {
        nanos += loop.get()[0];
        count += loop.get()[1];
      }
      return nanos / count / 1_000;
    } finally {
      pool.shutdown();
    }
  }

  private Parts.Part part(String name, int instances, int thread) {
    return made.computeIfAbsent(
        name + " " + instances + " " + thread,
        key ->
            switch (name) {
              case "codec" -> Parts.codec(instances);
              case "model" -> Parts.model(model, instances);
              case "predictor" -> Parts.predictor(provider, instances);
              default -> throw new IllegalArgumentException("no part is called " + name);
            });
  }

  /** Returns the thread's own CPU time and how often the part was done. */
  private static double[] loop(Parts.Part part, int millis) throws Exception {
    long end = System.nanoTime() + millis * 1_000_000L;
    long before = cpuNanos();
    long count = 0;
    while (System.nanoTime() < end) {
      part.once();
      count++;
    }
    return new double[] {cpuNanos() - before, count};
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
