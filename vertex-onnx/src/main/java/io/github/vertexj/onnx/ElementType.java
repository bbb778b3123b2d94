package io.github.vertexj.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import io.github.vertexj.TensorType;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The element type of an input or output as the model's file says it, and what carries it outside
 * of the model.
 *
 * <p>Half precision comes and goes as float32, narrow integers as int32, unsigned ones as the next
 * larger type, so that a client needs to know no more types than those of {@link TensorType}.
 */
enum ElementType {
  FLOAT(TensorType.FLOAT32, OnnxJavaType.FLOAT, 4),
  DOUBLE(TensorType.FLOAT64, OnnxJavaType.DOUBLE, 8),
  FLOAT16(TensorType.FLOAT32, OnnxJavaType.FLOAT16, 2),
  BFLOAT16(TensorType.FLOAT32, OnnxJavaType.BFLOAT16, 2),
  INT8(TensorType.INT32, OnnxJavaType.INT8, 1),
  INT16(TensorType.INT32, OnnxJavaType.INT16, 2),
  INT32(TensorType.INT32, OnnxJavaType.INT32, 4),
  INT64(TensorType.INT64, OnnxJavaType.INT64, 8),
  UINT8(TensorType.UINT8, OnnxJavaType.UINT8, 1),
  BOOL(TensorType.BOOL, OnnxJavaType.BOOL, 1),

  // What the Java API can read but not write: it makes the signed type of them.
  UINT16(TensorType.INT32, null, 2),
  UINT32(TensorType.INT64, null, 4),
  UINT64(TensorType.INT64, null, 8),

  /** Text; no tensor of ours carries it. */
  STRING(null, OnnxJavaType.STRING, 0);

  private static final String PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private final @Nullable TensorType carrier;
  private final @Nullable OnnxJavaType inputType;
  private final int bytes;

  ElementType(@Nullable TensorType carrier, @Nullable OnnxJavaType inputType, int bytes) {
    this.carrier = carrier;
    this.inputType = inputType;
    this.bytes = bytes;
  }

  /** The type of a tensor; null if nothing here can carry it, such as complex64 and float8. */
  static @Nullable ElementType of(TensorInfo info) {
    String name = info.onnxType.name().substring(PREFIX.length());
    return Arrays.stream(values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** The type of the tensors that carry it. */
  TensorType carrier() {
    if (carrier == null) {
      throw new IllegalStateException(this + " is carried by no tensor");
    }
    return carrier;
  }

  /** The type of an input; null if the Java API makes no tensor of it. */
  @Nullable OnnxJavaType inputType() {
    return inputType;
  }

  /** The size of an element in ONNX Runtime's memory, in bytes; 0 for text. */
  int bytes() {
    return bytes;
  }

  /** Whether the bytes of the carrier are those of the model. */
  boolean carriedAsIs() {
    return carrier != null
        && name()
            .equals(
                carrier == TensorType.FLOAT32
                    ? "FLOAT"
                    : carrier == TensorType.FLOAT64 ? "DOUBLE" : carrier.name());
  }

  boolean half() {
    return this == FLOAT16 || this == BFLOAT16;
  }

  boolean text() {
    return this == STRING;
  }

  /** The name in lower case, as ONNX writes it but for double and float. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
