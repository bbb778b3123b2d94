package io.github.vertexj.djl;

import ai.djl.ndarray.types.DataType;
import io.github.vertexj.StartException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The type of floating-point numbers that a model's weights are saved in and that it takes. */
enum Precision {
  /** float32, as clients send it; inputs stay as they are. */
  FP32(DataType.FLOAT32, "float()"),
  /** float16. */
  FP16(DataType.FLOAT16, "half()"),
  /** bfloat16, which DJL has no working name for. */
  BF16(DataType.UNKNOWN, "bfloat16()");

  private static final Logger LOG = LoggerFactory.getLogger(Precision.class);

  private final DataType type;
  private final String conversion;

  Precision(DataType type, String conversion) {
    this.type = type;
    this.conversion = conversion;
  }

  /** The setting's value and the name of the script's method that casts to this. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Compares with the types of a model's weights, as far as they tell anything: a script may cast
   * what it gets, and a frozen one has no weights.
   *
   * @throws StartException if none of the weights is of the half precision that was set
   */
  void check(Set<DataType> weights) {
    if (weights.isEmpty() || weights.contains(type)) {
      return;
    }
    if (this != FP32) {
      throw new StartException(
          "%s=%s in serving.properties, but the model's weights are of another type; save it with"
                  .formatted(TorchSettings.DTYPE, text())
              + " torch.jit.script(model."
              + conversion
              + ").save(file), or leave the setting out");
    }
    Arrays.stream(values())
        .filter(half -> half != FP32 && weights.equals(Set.of(half.type)))
        .forEach(
            half ->
                LOG.warn(
                    "The model's weights are in half precision: unless its forward casts its"
                        + " inputs itself, write {}={} in serving.properties",
                    TorchSettings.DTYPE,
                    half.text()));
  }
}
