package io.github.vertexj.json;

import static io.github.vertexj.json.Digits.EIGHT_DIGITS;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Integers as decimals, with a comma behind, which is slack where none is wanted.
 *
 * <p>Those below a billion, which are nearly all, come three digits at a time out of tables, the
 * last digits of longer ones eight at a time. How long a number is cannot be predicted, so there
 * are as few branches as may be. Thread-safe.
 */
public final class IntegerWriter {
  /** The room an integer needs: at most 20 bytes, and slack. */
  public static final int MAX_BYTES = 20 + Long.BYTES;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long COMMA = ',' ^ '0';
  private static final int THOUSAND = 1000;
  private static final long TEN_TO_16 = EIGHT_DIGITS * EIGHT_DIGITS;
  private static final int BILLION = 1_000_000_000;

  /** A number of so many bits is below a billion. */
  private static final int SMALL_BITS = 29;

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
  public static int write(int value, byte[] out, int at) {
    return value >= 0 && value < BILLION
        ? writeShort(value, out, at)
        : writeAny(value, Math.abs((long) value), out, at);
  }

  /** Writes an integer and a comma, and returns the place of the comma. */
  public static int write(long value, byte[] out, int at) {
    if (value >>> SMALL_BITS == 0) { // one branch: a sign cannot be predicted
      return writeShort((int) value, out, at);
    }
    long magnitude = Math.abs(value);
    return magnitude >= TEN_TO_16
        ? writeLong(value, magnitude, out, at)
        : writeAny(value, magnitude, out, at);
  }

  /** Writes a number below 1,000 and a comma, and returns the place of the comma. */
  public static int writeSmall(int value, byte[] out, int at) {
    INT.set(out, at, SMALL[value]);
    return at + (FIRST[value] >>> 24);
  }

  private static int writeShort(int value, byte[] out, int at) {
    if (value < THOUSAND) {
      return writeSmall(value, out, at);
    }
    int thousands = (int) ((value * 274_877_907L) >>> 38); // over 1,000
    int rest = value - thousands * THOUSAND;
    if (thousands < THOUSAND) {
      return writeThree(rest, out, writeFirst(thousands, out, at));
    }
    int millions = thousands / THOUSAND;
    int place = writeFirst(millions, out, at);
    return writeThree(rest, out, writeThree(thousands - millions * THOUSAND, out, place));
  }

  /**
   * Writes a number of 17 to 19 digits, as many are that have no other bounds than their type's.
   */
  private static int writeLong(long value, long magnitude, byte[] out, int at) {
    out[at] = '-';
    long upper = Digits.overEightDigits(magnitude);
    long top = Digits.overEightDigits(upper);
    int place = writeFirst((int) top, out, at + (int) (value >>> 63));
    Digits.write(Digits.split(upper - top * EIGHT_DIGITS), out, place);
    return writeEight(magnitude - upper * EIGHT_DIGITS, out, place + Long.BYTES);
  }

  private static int writeAny(long value, long magnitude, byte[] out, int at) {
    if (magnitude < 0) { // of the one number without a positive counterpart
      long upper = value / EIGHT_DIGITS;
      int place = writeAny(upper, -upper, out, at);
      return writeEight(upper * EIGHT_DIGITS - value, out, place);
    }
    out[at] = '-';
    int start = at + (int) (value >>> 63);
    if (magnitude < BILLION) {
      return writeShort((int) magnitude, out, start);
    }
    long upper = Digits.overEightDigits(magnitude);
    int place = writeShort((int) upper, out, start); // below 10^8
    return writeEight(magnitude - upper * EIGHT_DIGITS, out, place);
  }

  /** Writes eight digits and a comma. */
  private static int writeEight(long value, byte[] out, int at) {
    Digits.write(Digits.split(value), out, at);
    Digits.write(COMMA, out, at + Long.BYTES); // as long a word, so that one check is enough
    return at + Long.BYTES;
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
