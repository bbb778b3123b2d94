package io.github.vertexj.envelope;

import io.github.vertexj.TensorType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The fast way through integers, as {@link PlainFloats} is through other numbers: up to 19 digits
 * within the type's range, with a comma right behind and at most one space after it.
 *
 * <p>Thread-safe.
 */
final class PlainIntegers {
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final int MAX_DIGITS = 19; // an unsigned long holds them

  private PlainIntegers() {}

  /**
   * Reads integers from the element at the cursor on, each with its comma, as long as they are
   * plain.
   *
   * @param most how many may come
   * @return how many came; the cursor stands on the next element
   */
  static int read(TensorType type, JsonScanner in, TensorMemory memory, int most) {
    byte[] bytes = in.bytes;
    byte[] out = memory.bytes();
    int size = type.bytes();
    long greatest = greatest(type);
    long least = size == 1 ? 0 : -greatest - 1;
    int first = memory.used();
    int full = first + size * Math.min(most, (out.length - first) / size);
    int last = in.end - PlainFloats.LOOK_AHEAD;
    int at = in.position;
    int place = first;
    while (place < full && at <= last) {
      int start = bytes[at] == '-' ? at + 1 : at;
      long chunk = EightDigits.chunk(bytes, start);
      int digits = EightDigits.count(chunk);
      long value = 0;
      int end = start;
      while (digits == Long.BYTES && end - start <= MAX_DIGITS) {
        value = EightDigits.append(value, chunk);
        end += Long.BYTES;
        chunk = EightDigits.chunk(bytes, end);
        digits = EightDigits.count(chunk);
      }
      // Eight still are too many, and refused below.
      value = EightDigits.append(value, chunk, digits);
      end += digits;
      boolean zeroInFront = bytes[start] == '0' && end - start > 1;
      if (bytes[end] != ',' || end == start || end - start > MAX_DIGITS || zeroInFront) {
        break;
      }
      long signed = start > at ? -value : value;
      if (value < 0 || signed < least || signed > greatest) {
        break;
      }
      if (size == Integer.BYTES) {
        INT.set(out, place, (int) signed);
      } else if (size == Long.BYTES) {
        LONG.set(out, place, signed);
      } else {
        out[place] = (byte) signed;
      }
      place += size;
      at = bytes[end + 1] == ' ' ? end + 2 : end + 1;
    }
    in.position = at;
    in.peek();
    memory.use(place);
    return (place - first) / size;
  }

  private static long greatest(TensorType type) {
    return switch (type) {
      case BOOL -> 1;
      case UINT8 -> 255;
      case INT32 -> Integer.MAX_VALUE;
      case INT64 -> Long.MAX_VALUE;
      case FLOAT32, FLOAT64 -> throw new IllegalArgumentException(type + " is no integer");
    };
  }

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
  }
}
