package io.github.vertexj;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The element type of a tensor; the names are PyTorch's and DJL's. */
public enum TensorType {
  /** IEEE 754 binary32. */
  FLOAT32(4),
  /** IEEE 754 binary64. */
  FLOAT64(8),
  /** Signed 32-bit integer. */
  INT32(4),
  /** Signed 64-bit integer. */
  INT64(8),
  /** Unsigned 8-bit integer, 0 to 255. */
  UINT8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are floating-point numbers. */
  public boolean floating() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /**
   * Whether elements of this type can be given where another is wanted: the other holds all their
   * values, or both are floating, as numbers in JSON become the nearest float32 too.
   */
  public boolean fits(TensorType wanted) {
    return this == wanted
        || switch (this) {
          case BOOL -> true;
          case UINT8 -> wanted != BOOL;
          case INT32 -> wanted == INT64 || wanted == FLOAT64;
          case INT64 -> false;
          case FLOAT32, FLOAT64 -> wanted.floating();
        };
  }

  /**
   * Returns the type of a name in any case, such as {@code float32}.
   *
   * @throws IllegalArgumentException naming the known types
   */
  public static TensorType fromName(String name) {
    for (TensorType type : values()) {
      if (type.name().equalsIgnoreCase(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "unknown tensor type; known are "
            + Arrays.stream(values()).map(TensorType::toString).collect(Collectors.joining(", ")));
  }

  /** The name in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
