package io.github.vertexj.formats;

import io.github.vertexj.TensorType;
import io.github.vertexj.json.StringScanner;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the Open Inference Protocol calls the types of elements. Thread-safe. */
final class OpenInferenceTypes {
  /** The types that are taken, for messages. */
  static final String KNOWN =
      Arrays.stream(TensorType.values())
          .map(OpenInferenceTypes::name)
          .collect(Collectors.joining(", "));

  private OpenInferenceTypes() {}

  static String name(TensorType type) {
    return switch (type) {
      case FLOAT32 -> "FP32";
      case FLOAT64 -> "FP64";
      case INT32 -> "INT32";
      case INT64 -> "INT64";
      case UINT8 -> "UINT8";
      case BOOL -> "BOOL";
    };
  }

  /** The type that the last string passed names; null if it is none of ours. */
  static @Nullable TensorType named(StringScanner name) {
    for (TensorType type : TensorType.values()) {
      if (name.is(name(type))) {
        return type;
      }
    }
    return null;
  }
}
