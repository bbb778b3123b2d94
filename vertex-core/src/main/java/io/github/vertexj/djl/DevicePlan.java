package io.github.vertexj.djl;

import ai.djl.Device;
import io.github.vertexj.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where a model runs: on which devices, with how many workers on each and how many threads inside
 * one operator of a worker.
 *
 * <p>By default the GPUs there are with two workers each, one of which brings its batch to the
 * device while the forward of the other runs; or else the CPU with as many workers as cores and one
 * thread each: several Java threads in libtorch at more than one thread each throttle one another.
 */
record DevicePlan(List<Device> devices, int workersPerDevice, int threads) {
  private static final int WORKERS_PER_GPU = 2;

  /**
   * Decides.
   *
   * @param gpus the GPUs that libtorch can use
   * @param cores the processors there are
   * @throws StartException if a GPU is asked for which is not there
   */
  static DevicePlan of(TorchSettings settings, int gpus, int cores) {
    List<Device> devices = devices(settings.devices(), gpus);
    if (onGpus(devices)) {
      int workers = settings.gpuWorkers() == null ? WORKERS_PER_GPU : settings.gpuWorkers();
      return new DevicePlan(devices, workers, settings.threads() == null ? 1 : settings.threads());
    }
    Integer workers = settings.cpuWorkers();
    Integer threads = settings.threads();
    if (workers == null) {
      workers = threads == null ? cores : Math.max(1, cores / threads);
    }
    return new DevicePlan(
        devices, workers, threads == null ? Math.max(1, cores / workers) : threads);
  }

  private static List<Device> devices(List<String> names, int gpus) {
    String first = names.get(0);
    if (first.equals("cpu") || (first.equals("*") && gpus == 0)) {
      return List.of(Device.cpu());
    }
    if (first.equals("*") || (first.equals("gpu") && gpus > 0)) {
      return IntStream.range(0, gpus).mapToObj(Device::gpu).toList();
    }
    List<Device> devices = new ArrayList<>();
    for (String name : names) {
      int number = first.equals("gpu") ? 0 : Integer.parseInt(name.substring(3));
      if (number >= gpus) {
        throw missing(number, gpus);
      }
      devices.add(Device.gpu(number));
    }
    return devices;
  }

  private static StartException missing(int number, int gpus) {
    return new StartException(
        "load_on_devices asks for GPU %d, but libtorch sees %s; add the GPU, the driver and a CUDA"
                .formatted(number, gpus == 0 ? "none" : gpus + " (0 to " + (gpus - 1) + ")")
            + " build of libtorch, or write load_on_devices=* or cpu");
  }

  /** Whether the model runs on GPUs. */
  boolean onGpus() {
    return onGpus(devices);
  }

  private static boolean onGpus(List<Device> devices) {
    return devices.get(0).isGpu();
  }

  /** The number of workers on all devices. */
  int workers() {
    return devices.size() * workersPerDevice;
  }

  /** The place in {@link #devices()} of a worker's device; neighbours get different ones. */
  int deviceOf(int worker) {
    return worker % devices.size();
  }

  /** Whether the workers on the CPU want more threads than there are processors. */
  boolean oversubscribed(int cores) {
    return (long) workers() * threads > cores;
  }

  /** The devices as {@code cpu} or {@code gpu0, gpu1}. */
  String names() {
    return devices.stream()
        .map(device -> device.isGpu() ? "gpu" + device.getDeviceId() : "cpu")
        .collect(Collectors.joining(", "));
  }
}
