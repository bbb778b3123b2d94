package io.github.vertexj.envelope;

import io.github.vertexj.TensorType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The fast way through the numbers that large bodies are made of: plain ones such as {@code
 * -12.345}, up to 19 digits, with a comma right behind and at most one space after it.
 *
 * <p>It keeps everything in local variables, and stops before whatever looks different, be it wrong
 * or only rare: there {@link NumberScanner} decides. Thread-safe.
 */
final class PlainFloats {
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  /** More bytes than are looked at for one number, so that one look at the end is enough. */
  static final int LOOK_AHEAD = 48;

  private static final int MAX_WHOLE_DIGITS = 9;
  private static final int MAX_LENGTH = 20; // 19 digits and the point

  /** Like integers of 24 bits, these are floats exactly: such a quotient is rounded once. */
  private static final float[] POWERS = {
    1, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f
  };

  private PlainFloats() {}

  /**
   * Reads numbers from the element at the cursor on, each with its comma, as long as they are
   * plain.
   *
   * @param most how many may come
   * @return how many came; the cursor stands on the next element
   */
  static int read(TensorType type, JsonScanner in, TensorMemory memory, int most) {
    byte[] bytes = in.bytes;
    byte[] out = memory.bytes();
    int size = type.bytes();
    int first = memory.used();
    int full = first + size * Math.min(most, (out.length - first) / size);
    int last = in.end - LOOK_AHEAD;
    int at = in.position;
    int place = first;
    while (place < full && at <= last) {
      int start = bytes[at] == '-' ? at + 1 : at;
      int end = start + 1;
      int scale = 0;
      long significand = (long) bytes[start] - '0';
      if (significand < 0 || significand > 9) {
        break;
      }
      if (bytes[end] != '.' && significand > 0) {
        int digit = bytes[end] - '0';
        while (digit >= 0 && digit <= 9 && end < start + MAX_WHOLE_DIGITS) {
          significand = significand * 10 + digit;
          digit = bytes[++end] - '0';
        }
      }
      if (bytes[end] == '.') {
        end++;
        long chunk = EightDigits.chunk(bytes, end);
        int digits = EightDigits.count(chunk);
        if (digits == 0) {
          break;
        }
        while (digits == Long.BYTES && scale < MAX_LENGTH) {
          significand = EightDigits.append(significand, chunk);
          scale += Long.BYTES;
          chunk = EightDigits.chunk(bytes, end + scale);
          digits = EightDigits.count(chunk);
        }
        // Eight still are too many, and refused below.
        significand = EightDigits.append(significand, chunk, digits);
        scale += digits;
        end += scale;
      }
      if (bytes[end] != ',' || end - start > MAX_LENGTH) {
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
      at = bytes[end + 1] == ' ' ? end + 2 : end + 1;
    }
    in.position = at;
    in.peek();
    memory.use(place);
    return (place - first) / size;
  }

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
  }
}
