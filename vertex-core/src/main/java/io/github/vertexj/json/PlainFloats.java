package io.github.vertexj.json;

import io.github.vertexj.TensorType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The fast way through the numbers that large bodies are made of: plain ones such as {@code
 * -12.345}, up to 19 digits, with a comma right behind and at most one space after it.
 *
 * <p>It keeps everything in local variables, and stops before whatever looks different, be it wrong
 * or only rare: there {@link NumberScanner} decides. Not thread-safe.
 */
final class PlainFloats {
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  /** More bytes than are looked at for one number, so that one look at the end is enough. */
  static final int LOOK_AHEAD = 48;

  private static final int MAX_WHOLE_DIGITS = EightDigits.MAX_DIGITS - 1; // one behind the point

  /** Like integers of 24 bits, these are floats exactly: such a quotient is rounded once. */
  private static final float[] POWERS = {
    1, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f
  };

  private final JsonScanner in;

  PlainFloats(JsonScanner in) {
    this.in = in;
  }

  /** See {@link NumberScanner#plain}. */
  int read(TensorType type, byte[] out, int from, int to) {
    byte[] bytes = in.bytes;
    int size = type.bytes();
    int last = in.end - LOOK_AHEAD;
    int at = in.position;
    int place = from;
    while (place < to && at <= last) {
      int start = bytes[at] == '-' ? at + 1 : at;
      int point = start + 1;
      long significand = (long) bytes[start] - '0';
      if (significand < 0 || significand > 9) {
        break;
      }
      if (bytes[point] != '.') {
        point = EightDigits.end(bytes, start);
        boolean zeroInFront = significand == 0 && point - start > 1;
        if (zeroInFront || point - start > MAX_WHOLE_DIGITS) {
          break;
        }
        significand = EightDigits.number(bytes, start, point - start);
      }
      int end = point;
      int scale = 0;
      if (bytes[point] == '.') {
        end = EightDigits.end(bytes, point + 1);
        scale = end - point - 1;
        if (scale == 0 || point - start + scale > EightDigits.MAX_DIGITS) {
          break;
        }
        long fraction = EightDigits.number(bytes, point + 1, scale);
        significand = significand * EightDigits.POWERS[scale] + fraction;
      }
      int next = EightDigits.behindComma(bytes, end);
      if (next == 0) {
        break;
      }
      if (size == Float.BYTES) {
        float value =
            significand >>> 24 == 0 && scale < POWERS.length
                ? significand / POWERS[scale]
                : DecimalRounding.toFloat(significand, -scale);
        FLOAT.set(out, place, start > at ? -value : value);
      } else {
        double value = DecimalRounding.toDouble(significand, -scale);
        DOUBLE.set(out, place, start > at ? -value : value);
      }
      place += size;
      at = next;
    }
    in.position = at;
    return place;
  }

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
  }
}
