package io.github.vertexj.onnx;

import io.github.vertexj.StartException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code serving.properties} says about an ONNX model, checked.
 *
 * @param modelName the model file's name without {@code .onnx}; null for the usual search
 * @param devices the devices to load on: {@code *}, {@code cpu}, {@code gpu}, or {@code gpu0}, …
 * @param gpuWorkers workers per GPU; null if not said
 * @param cpuWorkers workers on the CPU; null if not said
 * @param threads threads inside one operator of one worker; null if not said
 * @param tensorRtCache where TensorRT keeps the engines it has built; null if it is not to be used
 * @param columns the names of the elements of the model's only input; empty if they have none
 * @param batching how instances of different callers are joined, as written; null if not said
 */
record OnnxSettings(
    @Nullable String modelName,
    List<String> devices,
    @Nullable Integer gpuWorkers,
    @Nullable Integer cpuWorkers,
    @Nullable Integer threads,
    @Nullable Path tensorRtCache,
    List<String> columns,
    @Nullable String batching) {

  static final String ENGINE = "engine";
  static final String ENGINE_NAME = "OnnxRuntime";
  static final String DEVICES = "load_on_devices";
  static final String MODEL_NAME = "option.modelName";
  static final String THREADS = "option.intraOpNumThreads";
  static final String COLUMNS = "option.columns";
  static final String TENSOR_RT_CACHE = "option.tensorRtCache";
  static final String BATCHING = "option.batching";
  private static final String MIN_WORKERS = "minWorkers";
  private static final String MAX_WORKERS = "maxWorkers";
  private static final int MOST_WORKERS = 1024;

  /** The settings that are read here. */
  static final Set<String> NAMES =
      Set.of(
          ENGINE,
          DEVICES,
          MIN_WORKERS,
          MAX_WORKERS,
          "gpu." + MIN_WORKERS,
          "gpu." + MAX_WORKERS,
          "cpu." + MIN_WORKERS,
          "cpu." + MAX_WORKERS,
          MODEL_NAME,
          THREADS,
          COLUMNS,
          TENSOR_RT_CACHE,
          BATCHING);

  /** Reads the settings; a bad one is named together with what to write. */
  static OnnxSettings from(Map<String, String> settings) {
    refuseUnknown(settings.keySet());
    String engine = settings.get(ENGINE);
    if (engine != null && !engine.strip().equalsIgnoreCase(ENGINE_NAME)) {
      throw bad(
          ENGINE, engine, "this is an ONNX model", "engine=" + ENGINE_NAME + " or leave it out");
    }
    String cache = blankAsNull(settings.get(TENSOR_RT_CACHE));
    return new OnnxSettings(
        blankAsNull(settings.get(MODEL_NAME)),
        devices(settings.getOrDefault(DEVICES, "*")),
        workers(settings, "gpu."),
        workers(settings, "cpu."),
        count(settings, THREADS),
        cache == null ? null : Path.of(cache),
        columns(settings.getOrDefault(COLUMNS, "")),
        blankAsNull(settings.get(BATCHING)));
  }

  /** A setting of another engine must not pass: it would do nothing. */
  private static void refuseUnknown(Set<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    unknown.removeAll(NAMES);
    if (!unknown.isEmpty()) {
      throw new StartException(
          "nothing reads %s in serving.properties for an ONNX model; remove it or write one of %s"
              .formatted(unknown, new TreeSet<>(NAMES)));
    }
  }

  private static List<String> columns(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    List<String> columns = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    if (columns.contains("") || new LinkedHashSet<>(columns).size() < columns.size()) {
      throw bad(
          COLUMNS, text, "these are different names with commas between", "such as age,hours");
    }
    return columns;
  }

  private static List<String> devices(String text) {
    List<String> devices = new ArrayList<>();
    for (String name : text.strip().split(";", -1)) {
      String device = device(name.strip());
      if (device == null || devices.contains(device)) {
        throw badDevices(text);
      }
      devices.add(device);
    }
    if (devices.size() > 1 && !devices.stream().allMatch(name -> name.matches("gpu\\d+"))) {
      throw badDevices(text);
    }
    return devices;
  }

  private static @Nullable String device(String name) {
    return switch (name) {
      case "*", "cpu", "gpu" -> name;
      case "-1" -> "cpu";
      default ->
          name.matches("(gpu)?\\d{1,3}") ? "gpu" + Integer.parseInt(name.replace("gpu", "")) : null;
    };
  }

  private static StartException badDevices(String text) {
    return bad(
        DEVICES,
        text,
        "devices are *, cpu, gpu (every GPU, at least one) or different GPU numbers",
        "such as * or 0;1");
  }

  private static @Nullable Integer workers(Map<String, String> settings, String device) {
    Integer least = either(count(settings, device + MIN_WORKERS), count(settings, MIN_WORKERS));
    Integer most = either(count(settings, device + MAX_WORKERS), count(settings, MAX_WORKERS));
    if (least != null && most != null && least > most) {
      throw bad(
          MIN_WORKERS,
          least.toString(),
          "it must not be above maxWorkers, which is " + most,
          "only maxWorkers: all workers run from the start");
    }
    return either(most, least);
  }

  private static @Nullable Integer either(@Nullable Integer first, @Nullable Integer second) {
    return first != null ? first : second;
  }

  private static @Nullable Integer count(Map<String, String> settings, String name) {
    String text = blankAsNull(settings.get(name));
    if (text == null) {
      return null;
    }
    int value = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    if (value < 1 || value > MOST_WORKERS) {
      throw bad(name, text, "it must be a whole number from 1 to " + MOST_WORKERS, "such as 2");
    }
    return value;
  }

  private static @Nullable String blankAsNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  private static StartException bad(String name, String value, String rule, String example) {
    return new StartException(
        name + "=" + value + " in serving.properties: " + rule + "; write " + example);
  }
}
