package io.github.vertexj.onnx;

import io.github.vertexj.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where a model runs: on which devices, with how many workers on each and how many threads inside
 * one operator of a worker.
 *
 * <p>By default the GPUs there are with two workers each, or else the CPU with a worker per core
 * and one thread each.
 *
 * @param gpus the numbers of the GPUs; none means the CPU
 */
record WorkerPlan(List<Integer> gpus, int workersPerDevice, int threads) {
  private static final int WORKERS_PER_GPU = 2;

  /**
   * Decides.
   *
   * @param there the number of GPUs that ONNX Runtime can use
   * @param cores the number of processors there are
   * @throws StartException if a GPU is asked for which is not there
   */
  static WorkerPlan of(OnnxSettings settings, int there, int cores) {
    List<Integer> gpus = gpus(settings.devices(), there);
    Integer threads = settings.threads();
    if (!gpus.isEmpty()) {
      int workers = settings.gpuWorkers() == null ? WORKERS_PER_GPU : settings.gpuWorkers();
      return new WorkerPlan(gpus, workers, threads == null ? 1 : threads);
    }
    Integer workers = settings.cpuWorkers();
    if (workers == null) {
      workers = threads == null ? cores : Math.max(1, cores / threads);
    }
    return new WorkerPlan(gpus, workers, threads == null ? Math.max(1, cores / workers) : threads);
  }

  /** Whether the settings leave it open where the model runs. */
  private static List<Integer> gpus(List<String> names, int there) {
    String first = names.get(0);
    if (first.equals("cpu") || (first.equals("*") && there == 0)) {
      return List.of();
    }
    if (first.equals("*") || (first.equals("gpu") && there > 0)) {
      return IntStream.range(0, there).boxed().toList();
    }
    List<Integer> gpus = new ArrayList<>();
    for (String name : names) {
      int number = first.equals("gpu") ? 0 : Integer.parseInt(name.substring(3));
      if (number >= there) {
        throw missing(number, there);
      }
      gpus.add(number);
    }
    return gpus;
  }

  private static StartException missing(int number, int there) {
    return new StartException(
        "load_on_devices asks for GPU %d, but ONNX Runtime can use %s; put %s in place of onnxruntime, with CUDA and cuDNN in the image, or write load_on_devices=* or cpu"
            .formatted(
                number,
                there == 0 ? "none" : there + " (0 to " + (there - 1) + ")",
                OnnxVersions.GPU_COORDINATES));
  }

  /** Whether the model runs on GPUs. */
  boolean onGpus() {
    return !gpus.isEmpty();
  }

  /** The number of sessions: one for each device. */
  int sessions() {
    return Math.max(1, gpus.size());
  }

  /** The number of workers on all devices. */
  int workers() {
    return sessions() * workersPerDevice;
  }

  /** The place of a worker's session; neighbours get different ones. */
  int sessionOf(int worker) {
    return worker % sessions();
  }

  /**
   * The threads of a session: its workers' own take part in their operators, so that with the
   * session's there are as many as all workers together are to have.
   */
  int sessionThreads() {
    return workersPerDevice * (threads - 1) + 1;
  }

  /** Whether the workers on the CPU want more threads than there are processors. */
  boolean oversubscribed(int cores) {
    return !onGpus() && (long) workers() * threads > cores;
  }

  /** The devices as {@code cpu} or {@code gpu0, gpu1}. */
  String names() {
    return gpus.isEmpty()
        ? "cpu"
        : gpus.stream().map(number -> "gpu" + number).collect(Collectors.joining(", "));
  }
}
