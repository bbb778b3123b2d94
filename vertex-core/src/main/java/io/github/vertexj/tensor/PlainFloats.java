package io.github.vertexj.tensor;

import io.github.vertexj.TensorType;
import io.github.vertexj.json.DecimalRounding;
import io.github.vertexj.json.EightDigits;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.json.NumberScanner;
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

  private static final int MAX_WHOLE_DIGITS = EightDigits.MAX_DIGITS - 1; // one behind the point

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
    byte[] bytes = in.bytes();
    byte[] out = memory.bytes();
    int size = type.bytes();
    int first = memory.used();
    int full = first + size * Math.min(most, (out.length - first) / size);
    int last = in.end() - LOOK_AHEAD;
    int at = in.position();
    int place = first;
    while (place < full && at <= last) {
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
    in.moveTo(at);
    in.peek();
    memory.use(place);
    return (place - first) / size;
  }

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
  }
}
