package io.github.vertexj.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Floating-point numbers of 16 bits, which Java has no type for: each is a float32, too. */
final class HalfFloats {
  private static final int EXPONENT = 0x1F;
  private static final int FRACTION = 0x3FF;

  private HalfFloats() {}

  /** Returns little-endian float32 of little-endian float16. */
  static ByteBuffer widened(ByteBuffer halves) {
    ByteBuffer from = halves.slice().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer floats =
        ByteBuffer.allocate(Math.multiplyExact(from.remaining() / Short.BYTES, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (floats.hasRemaining()) {
      floats.putFloat(widened(from.getShort()));
    }
    return floats.flip();
  }

  /** The float32 of the same value; NaN keeps its bits. */
  static float widened(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >> 10 & EXPONENT;
    int fraction = half & FRACTION;
    if (exponent == 0) { // zero, or a number without a leading one
      float small = fraction * 0x1p-24f;
      return sign == 0 ? small : -small;
    }
    int wide = exponent == EXPONENT ? 0xFF : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
