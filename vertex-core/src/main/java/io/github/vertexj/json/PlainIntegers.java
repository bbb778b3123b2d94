package io.github.vertexj.json;

import io.github.vertexj.TensorType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The fast way through integers, as {@link PlainFloats} is through other numbers: up to 19 digits
 * within the type's range, with a comma right behind and at most one space after it.
 *
 * <p>Not thread-safe.
 */
final class PlainIntegers {
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);

  private final JsonScanner in;

  PlainIntegers(JsonScanner in) {
    this.in = in;
  }

  /** See {@link NumberScanner#plain}. */
  int read(TensorType type, byte[] out, int from, int to) {
    return type.bytes() == 1 ? readBytes(type, out, from, to) : readIntegers(type, out, from, to);
  }

  private int readIntegers(TensorType type, byte[] out, int from, int to) {
    byte[] bytes = in.bytes;
    int size = type.bytes();
    long greatest = greatest(type);
    int last = in.end - PlainFloats.LOOK_AHEAD;
    int at = in.position;
    int place = from;
    while (place < to && at <= last) {
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
    in.position = at;
    return place;
  }

  /** Reads elements of one byte: none is negative, and none has more than three digits. */
  private int readBytes(TensorType type, byte[] out, int from, int to) {
    byte[] bytes = in.bytes;
    long greatest = greatest(type);
    int last = in.end - PlainFloats.LOOK_AHEAD;
    int at = in.position;
    int place = from;
    while (place < to && at <= last) {
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
    in.position = at;
    return place;
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
