package io.github.vertexj.djl;

import io.github.vertexj.StartException;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.proof.BatchProof;
import io.github.vertexj.proof.Joining;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code serving.properties} says about a PyTorch model, checked.
 *
 * @param modelName the model file's name without {@code .pt}; null for the usual search
 * @param mapLocation whether weights are loaded straight to the device
 * @param inputs the tensors of an instance; empty if not said
 * @param limits what their whole numbers must stay below
 * @param devices the devices to load on, as written
 * @param gpuWorkers workers per GPU; null if not said
 * @param cpuWorkers workers on the CPU; null if not said
 * @param threads threads inside one operator of one worker; null if not said
 * @param precision the type that the model computes in
 * @param joining when instances of different callers run in one call
 * @param maxPixels the most pixels of an image that a translator takes
 * @param translatorFactory the class name of a DJL translator factory; null for raw tensors
 * @param instanceClass the class name of the translator's input; null if it is to be found
 */
record TorchSettings(
    @Nullable String modelName,
    boolean mapLocation,
    List<TensorSpec> inputs,
    InputLimits limits,
    List<String> devices,
    @Nullable Integer gpuWorkers,
    @Nullable Integer cpuWorkers,
    @Nullable Integer threads,
    Precision precision,
    Joining joining,
    int maxPixels,
    @Nullable String translatorFactory,
    @Nullable String instanceClass) {

  private static final Logger LOG = LoggerFactory.getLogger(TorchSettings.class);

  static final String ENGINE = "engine";
  static final String DEVICES = "load_on_devices";
  static final String MODEL_NAME = "option.modelName";
  static final String MAP_LOCATION = "option.mapLocation";
  static final String INPUTS = "option.inputs";
  static final String DTYPE = "option.dtype";
  static final String MAX_PIXELS = "option.maxPixels";
  static final String BATCHING = BatchProof.SETTING;
  static final String THREADS = "option.intraOpNumThreads";
  static final String TRANSLATOR_FACTORY = "translatorFactory";
  static final String INSTANCE_CLASS = "option.instanceClass";
  static final String OPTION = "option.";

  /** What to do about a model that this engine does not run. */
  static final String ONNX_JARS =
      "add io.github.vertexj:vertex-onnx and com.microsoft.onnxruntime:onnxruntime to the class path";

  private static final String MIN_WORKERS = "minWorkers";
  private static final String MAX_WORKERS = "maxWorkers";
  private static final int MOST_WORKERS = 1024;

  /** The settings of a model served as raw tensors. */
  static final Set<String> TENSOR_NAMES =
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
          MAP_LOCATION,
          INPUTS,
          DTYPE,
          BATCHING,
          THREADS);

  /**
   * What DJL's own translators read, which DJL Serving's published files write without {@code
   * option.}.
   */
  static final Set<String> TRANSLATOR_NAMES =
      Set.of(
          ("width height image_size resizeShort resize centerCrop centerFit pad rescale toTensor"
                  + " normalize mean std range flag interpolation applySoftmax topK topk threshold"
                  + " nmsThreshold synset synsetFileName synsetUrl classes mask maxBoxes rescale_factor"
                  + " batchifier tokenizer tokenizerPath tokenizerName addSpecialTokens"
                  + " withOverflowingTokens padding truncation stride maxLength padToMultipleOf"
                  + " modelMaxLength doLowerCase stripAccents pooling dense denseActivation layerNorm"
                  + " includeTokenTypes int32 detail returnTokenType reranking sparse colbert"
                  + " returnDenseEmbedding returnSparseEmbedding returnColbertEmbedding toLowerCase"
                  + " locale vocab seqLength softmax sigmoid scale labels")
              .split(" "));

  /** What DJL Serving reads and this server has no use for: what it says is not kept. */
  static final Set<String> NOT_KEPT =
      Set.of(
          "application",
          "model_name",
          "model_version",
          "max_idle_time",
          "retry_threshold",
          "required_memory_mb",
          "reserved_memory_mb",
          "gpu.required_memory_mb",
          "gpu.reserved_memory_mb",
          "option.entryPoint",
          "license",
          "description");

  /** The settings of any model; a translator's factory may take any option. */
  static final Set<String> ALL_NAMES = union(TENSOR_NAMES, translators());

  private static String[] translators() {
    Set<String> names = new TreeSet<>(TRANSLATOR_NAMES);
    names.addAll(NOT_KEPT);
    names.add(TRANSLATOR_FACTORY);
    names.add(OPTION + "*");
    return names.toArray(String[]::new);
  }

  /** Warns of settings that are not kept. */
  static void warnOfNotKept(Set<String> names) {
    Set<String> ignored = new TreeSet<>(names);
    ignored.retainAll(NOT_KEPT);
    if (!ignored.isEmpty()) {
      LOG.warn(
          "{} in serving.properties is DJL Serving's, and not kept here: all workers run from start"
              + " to end",
          ignored);
    }
  }

  private static Set<String> union(Set<String> names, String... more) {
    Set<String> all = new TreeSet<>(names);
    all.addAll(List.of(more));
    return Collections.unmodifiableSet(all);
  }

  /**
   * Refuses options that only a translator could want.
   *
   * @throws StartException naming them and what is known
   */
  static void refuseUnknownOptions(Set<String> names) {
    Set<String> unknown = new TreeSet<>(names);
    unknown.removeIf(
        name ->
            !(name.startsWith(OPTION) || TRANSLATOR_NAMES.contains(name))
                || TENSOR_NAMES.contains(name)
                || NOT_KEPT.contains(name));
    if (!unknown.isEmpty()) {
      throw new StartException(
          "nothing reads %s in serving.properties without a translatorFactory; remove it or write"
                  .formatted(unknown)
              + " one of "
              + new TreeSet<>(TENSOR_NAMES));
    }
  }

  /** Reads the settings; a bad one is named together with what to write. */
  static TorchSettings from(Map<String, String> settings) {
    engine(settings.get(ENGINE));
    return new TorchSettings(
        blankAsNull(settings.get(MODEL_NAME)),
        truth(settings, MAP_LOCATION),
        inputs(settings, TensorSpecs::read),
        inputs(settings, TensorSpecs::limits),
        devices(settings.getOrDefault(DEVICES, "*")),
        workers(settings, "gpu."),
        workers(settings, "cpu."),
        count(settings, THREADS),
        precision(settings),
        joining(settings),
        pixels(settings),
        blankAsNull(settings.get(TRANSLATOR_FACTORY)),
        blankAsNull(settings.get(INSTANCE_CLASS)));
  }

  private static void engine(@Nullable String engine) {
    if (engine != null && engine.strip().equalsIgnoreCase("OnnxRuntime")) {
      throw new StartException(ENGINE + "=OnnxRuntime in serving.properties; " + ONNX_JARS);
    }
    if (engine != null && !isPyTorch(engine)) {
      throw bad(ENGINE, engine, "only PyTorch is served", "engine=PyTorch or leave it out");
    }
  }

  /** Whether the setting names this engine. */
  static boolean isPyTorch(String engine) {
    return engine.strip().equalsIgnoreCase("PyTorch");
  }

  private static <T> T inputs(Map<String, String> settings, Function<String, T> reading) {
    String text = settings.getOrDefault(INPUTS, "");
    try {
      return reading.apply(text);
    } catch (IllegalArgumentException e) {
      throw bad(INPUTS, text, String.valueOf(e.getMessage()), "such as ids:int64[*],mask:int64[*]");
    }
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
      default -> name.matches("(gpu)?\\d{1,3}") ? "gpu" + number(name) : null;
    };
  }

  private static int number(String device) {
    return Integer.parseInt(device.startsWith("gpu") ? device.substring(3) : device);
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

  private static Precision precision(Map<String, String> settings) {
    String text = settings.getOrDefault(DTYPE, Precision.FP32.text()).strip();
    return Arrays.stream(Precision.values())
        .filter(precision -> precision.text().equals(text))
        .findFirst()
        .orElseThrow(() -> bad(DTYPE, text, "it must be fp32, fp16 or bf16", "such as fp16"));
  }

  private static Joining joining(Map<String, String> settings) {
    String text = settings.getOrDefault(BATCHING, Joining.PROVEN.text()).strip();
    try {
      return Joining.fromText(text);
    } catch (IllegalArgumentException e) {
      throw bad(BATCHING, text, String.valueOf(e.getMessage()), "proven or leave it out");
    }
  }

  private static int pixels(Map<String, String> settings) {
    String text = blankAsNull(settings.get(MAX_PIXELS));
    if (text == null) {
      return ImageReading.MAX_PIXELS;
    }
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw bad(MAX_PIXELS, text, "it must be a number of pixels", "such as 16777216");
    }
    return Integer.parseInt(text);
  }

  private static boolean truth(Map<String, String> settings, String name) {
    String text = settings.getOrDefault(name, "true").strip();
    if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
      throw bad(name, text, "it must be true or false", "true");
    }
    return text.equalsIgnoreCase("true");
  }

  private static @Nullable String blankAsNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  private static StartException bad(String name, String value, String rule, String example) {
    return new StartException(
        name + "=" + value + " in serving.properties: " + rule + "; write " + example);
  }
}
