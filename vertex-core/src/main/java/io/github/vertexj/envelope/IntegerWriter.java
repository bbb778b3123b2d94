package io.github.vertexj.envelope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Integers as decimals, with a comma behind, which is slack where none is wanted.
 *
 * <p>Those below a billion, which are nearly all, come three digits at a time out of tables: how
 * long they are cannot be predicted, so there are as few branches as may be. Thread-safe.
 */
final class IntegerWriter {
  /** The room an integer needs: at most 20 bytes, and slack. */
  static final int MAX_BYTES = 20 + 1;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int THOUSAND = 1000;
  private static final int BILLION = 1_000_000_000;

  /** Each number below 1,000 and a comma, the first digit in the lowest byte. */
  private static final int[] SMALL = new int[THOUSAND];

  /** The same without a comma; the top byte counts the digits. */
  private static final int[] FIRST = new int[THOUSAND];

  /** The same as three digits, the first of them perhaps zeros, and a comma. */
  private static final int[] THREE = new int[THOUSAND];

  static {
    for (int value = 0; value < THOUSAND; value++) {
      int count = value < 10 ? 1 : value < 100 ? 2 : 3;
      int digits = '0' + value / 100 + (('0' + value / 10 % 10) << 8) + (('0' + value % 10) << 16);
      int zeroBits = Byte.SIZE * (3 - count);
      THREE[value] = digits | (',' << 24);
      SMALL[value] = THREE[value] >>> zeroBits;
      FIRST[value] = (digits >>> zeroBits) | (count << 24);
    }
  }

  private IntegerWriter() {}

  /** Writes an integer and a comma, and returns the place of the comma. */
  static int write(int value, byte[] out, int at) {
    return value >= 0 && value < BILLION ? writeShort(value, out, at) : writeAny(value, out, at);
  }

  /** Writes an integer and a comma, and returns the place of the comma. */
  static int write(long value, byte[] out, int at) {
    return value >= 0 && value < BILLION
        ? writeShort((int) value, out, at)
        : writeAny(value, out, at);
  }

  /** Writes a number below 1,000 and a comma, and returns the place of the comma. */
  static int writeSmall(int value, byte[] out, int at) {
    INT.set(out, at, SMALL[value]);
    return at + (FIRST[value] >>> 24);
  }

  private static int writeShort(int value, byte[] out, int at) {
    if (value < THOUSAND) {
      return writeSmall(value, out, at);
    }
    int thousands = value / THOUSAND;
    int rest = value - thousands * THOUSAND;
    if (thousands < THOUSAND) {
      return writeThree(rest, out, writeFirst(thousands, out, at));
    }
    int millions = thousands / THOUSAND;
    int place = writeFirst(millions, out, at);
    return writeThree(rest, out, writeThree(thousands - millions * THOUSAND, out, place));
  }

  private static int writeAny(long value, byte[] out, int at) {
    if (value == Long.MIN_VALUE) { // the one number without a positive counterpart
      return writeNine((int) -(value % BILLION), out, writeAny(value / BILLION, out, at));
    }
    out[at] = '-';
    int start = at + (int) (value >>> 63);
    long magnitude = Math.abs(value);
    if (magnitude < BILLION) {
      return writeShort((int) magnitude, out, start);
    }
    long billions = magnitude / BILLION;
    int rest = (int) (magnitude - billions * BILLION);
    return writeNine(rest, out, writeBillions(billions, out, start));
  }

  private static int writeBillions(long value, byte[] out, int at) {
    if (value < BILLION) {
      return writeShort((int) value, out, at);
    }
    int top = (int) (value / BILLION);
    return writeNine((int) (value - (long) top * BILLION), out, writeFirst(top, out, at));
  }

  private static int writeNine(int value, byte[] out, int at) {
    int thousands = value / THOUSAND;
    int millions = thousands / THOUSAND;
    int place = writeThree(thousands - millions * THOUSAND, out, writeThree(millions, out, at));
    return writeThree(value - thousands * THOUSAND, out, place);
  }

  private static int writeFirst(int value, byte[] out, int at) {
    int first = FIRST[value];
    INT.set(out, at, first);
    return at + (first >>> 24);
  }

  private static int writeThree(int value, byte[] out, int at) {
    INT.set(out, at, THREE[value]);
    return at + 3;
  }
}
