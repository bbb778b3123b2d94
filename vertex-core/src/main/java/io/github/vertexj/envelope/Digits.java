package io.github.vertexj.envelope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decimal digits in a byte array, eight at a time.
 *
 * <p>Every method writes at a place and returns the place behind. It may overwrite up to {@link
 * #SLACK_BYTES} more, for which the caller has made room. Thread-safe.
 */
final class Digits {
  /** How many bytes behind the last digit may change. */
  static final int SLACK_BYTES = 7;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int EIGHT_DIGITS = 100_000_000;
  private static final long ZEROS = 0x3030_3030_3030_3030L;
  private static final long[] POWERS = powers();

  private Digits() {}

  /** Writes the digits of a number that is not negative. */
  static int writeDigits(long value, byte[] out, int at) {
    if (value < EIGHT_DIGITS) {
      long digits = split(value);
      // the first digits lie in the lowest bytes; at least the last one is written
      int leadingZeroBits = Long.numberOfTrailingZeros(digits | 1L << 56) & ~7;
      LONG.set(out, at, (digits | ZEROS) >>> leadingZeroBits);
      return at + 8 - (leadingZeroBits >> 3);
    }
    long upper = value / EIGHT_DIGITS;
    return writeEight(value - upper * EIGHT_DIGITS, out, writeDigits(upper, out, at));
  }

  /** Moves up to 16 digits by one place to the right. */
  static void shift(byte[] out, int at) {
    long first = (long) LONG.get(out, at);
    LONG.set(out, at + 9, (long) LONG.get(out, at + 8));
    LONG.set(out, at + 1, first);
  }

  /** Writes eight zeros, all of them slack. */
  static void writeZeros(byte[] out, int at) {
    LONG.set(out, at, ZEROS);
  }

  /** The number of digits of a number that is not negative. */
  static int count(long value) {
    int least = ((64 - Long.numberOfLeadingZeros(value | 1)) * 1233) >> 12;
    return value >= POWERS[least] ? least + 1 : Math.max(least, 1);
  }

  private static int writeEight(long value, byte[] out, int at) {
    LONG.set(out, at, split(value) | ZEROS);
    return at + 8;
  }

  /** The eight digits of a number below 10^8, one in each byte, the first in the lowest. */
  private static long split(long value) {
    long upper = value / 10_000;
    long fours = upper | (value - upper * 10_000) << 32;
    long tops = ((fours * 10_486) >>> 20) & 0x7F_0000_007FL; // over 100
    long pairs = tops | (fours - tops * 100) << 16;
    long tens = ((pairs * 103) >>> 10) & 0x0F_000F_000F_000FL;
    return tens | (pairs - tens * 10) << 8;
  }

  private static long[] powers() {
    long[] powers = new long[19];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = 10 * powers[i - 1];
    }
    return powers;
  }
}
