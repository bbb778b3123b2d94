package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import ai.djl.Model;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Tensors;
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
import org.HdrHistogram.Histogram;

/**
 * A process that runs parts on command: each line of its input is {@code <part> <instances>
 * <milliseconds> <threads>}, each line of its output the CPU time of one request in microseconds,
 * the median of how long one took in milliseconds, and how many were done in a second.
 *
 * <p>A process of its own, as a server is one; kept for all rounds, so that it is warm.
 */
final class PartsServer {
  private static final long LONGEST_NANOS = 60_000_000_000L;

  private final Workload workload;
  private final Model model;
  private final LoadedModel<Tensors, Tensors> loaded;
  private final Map<String, Parts.Part> made = new HashMap<>();

  private PartsServer(Workload workload, Path directory) throws Exception {
    this.workload = workload;
    model = Parts.load(directory);
    loaded = Parts.loaded(workload, directory);
  }

  /** Serves commands until the input ends. */
  public static void main(String[] arguments) throws Exception {
    PartsServer server = new PartsServer(Workload.valueOf(arguments[0]), Path.of(arguments[1]));
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.split(" ", -1);
      System.out.println(
          server.run(
              words[0],
              Integer.parseInt(words[1]),
              Integer.parseInt(words[2]),
              Integer.parseInt(words[3])));
    }
    System.exit(0);
  }

  private String run(String part, int instances, int millis, int threads) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Loop>> loops = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        Parts.Part own = part(part, instances, thread);
        loops.add(() -> loop(own, millis));
      }
      long nanos = 0;
      double perSecond = 0;
      Histogram times = new Histogram(LONGEST_NANOS, 3);
      for (Future<Loop> loop : pool.invokeAll(loops)) {
        nanos += loop.get().cpuNanos;
        times.add(loop.get().times);
        perSecond += loop.get().times.getTotalCount() * 1e9 / loop.get().wallNanos;
      }
      double micros = nanos / 1e3 / times.getTotalCount();
      return micros + " " + times.getValueAtPercentile(50) / 1e6 + " " + perSecond;
    } finally {
      pool.shutdown();
    }
  }

  private Parts.Part part(String name, int instances, int thread) throws Exception {
    String key = name + " " + instances + " " + thread;
    Parts.Part known = made.get(key);
    Parts.Part part = known == null ? newPart(name, instances) : known;
    made.put(key, part);
    return part;
  }

  private Parts.Part newPart(String name, int instances) throws Exception {
    return switch (name) {
      case "codec" -> Parts.codec(workload, instances);
      case "model" -> Parts.model(workload, model, instances);
      case "predictor" -> Parts.predictor(workload, loaded.newPredictor(0), instances);
      default -> throw new IllegalArgumentException("no part is called " + name);
    };
  }

  private record Loop(long cpuNanos, long wallNanos, Histogram times) {}

  /** Measures the thread's own CPU time and how long each turn took. */
  private static Loop loop(Parts.Part part, int millis) throws Exception {
    Histogram times = new Histogram(LONGEST_NANOS, 3);
    long before = cpuNanos();
    long start = System.nanoTime();
    long began = start;
    long end = start + millis * 1_000_000L;
    while (began < end) {
      part.once();
      long now = System.nanoTime();
      times.recordValue(Math.min(now - began, LONGEST_NANOS));
      began = now;
    }
    return new Loop(cpuNanos() - before, began - start, times);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
