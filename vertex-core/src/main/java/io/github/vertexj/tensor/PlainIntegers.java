package io.github.vertexj.tensor;

import io.github.vertexj.TensorType;
import io.github.vertexj.json.EightDigits;
import io.github.vertexj.json.JsonScanner;
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

  private PlainIntegers() {}

  /**
   * Reads integers from the element at the cursor on, each with its comma, as long as they are
   * plain.
   *
   * @param most how many may come
   * @return how many came; the cursor stands on the next element
   */
  static int read(TensorType type, JsonScanner in, TensorMemory memory, int most) {
    int size = type.bytes();
    int first = memory.used();
    int full = first + size * Math.min(most, (memory.bytes().length - first) / size);
    if (size == 1) {
      readBytes(greatest(type), in, memory, full);
    } else {
      readIntegers(size, greatest(type), in, memory, full);
    }
    in.peek();
    return (memory.used() - first) / size;
  }

  private static void readIntegers(
      int size, long greatest, JsonScanner in, TensorMemory memory, int full) {
    byte[] bytes = in.bytes();
    byte[] out = memory.bytes();
    int last = in.end() - PlainFloats.LOOK_AHEAD;
    int at = in.position();
    int place = memory.used();
    while (place < full && at <= last) {
      int start = bytes[at] == '-' ? at + 1 : at;
      int end = EightDigits.end(bytes, start);
      int digits = end - start;
      int next = EightDigits.behindComma(bytes, end);
      boolean zeroInFront = bytes[start] == '0' && digits > 1;
      if (next == 0 || digits == 0 || digits > EightDigits.MAX_DIGITS || zeroInFront) {
        break;
      }
      long value = EightDigits.number(bytes, start, digits);
      if (value < 0 || value > greatest) { // so is the least number, which is rare
        break;
      }
      long signed = start > at ? -value : value;
      if (size == Integer.BYTES) {
        INT.set(out, place, (int) signed);
      } else {
        LONG.set(out, place, signed);
      }
      place += size;
      at = next;
    }
    in.moveTo(at);
    memory.use(place);
  }

  /** Reads elements of one byte: none is negative, and none has more than three digits. */
  private static void readBytes(long greatest, JsonScanner in, TensorMemory memory, int full) {
    byte[] bytes = in.bytes();
    byte[] out = memory.bytes();
    int last = in.end() - PlainFloats.LOOK_AHEAD;
    int at = in.position();
    int place = memory.used();
    while (place < full && at <= last) {
      int chunk = EightDigits.shortChunk(bytes, at);
      int digits = EightDigits.count(chunk);
      int next = EightDigits.behindComma(bytes, at + digits);
      boolean zeroInFront = bytes[at] == '0' && digits > 1;
      if (next == 0 || digits == 0 || digits == Integer.BYTES || zeroInFront) {
        break;
      }
      int value = EightDigits.number(chunk, digits);
      if (value > greatest) {
        break;
      }
      out[place++] = (byte) value;
      at = next;
    }
    in.moveTo(at);
    memory.use(place);
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
