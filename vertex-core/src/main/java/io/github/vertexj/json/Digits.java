package io.github.vertexj.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight decimal digits at a time, as the bytes of one long: the first digit in the lowest byte.
 *
 * <p>Thread-safe.
 */
final class Digits {
  static final long EIGHT_DIGITS = 100_000_000;

  private static final long ZEROS = 0x3030_3030_3030_3030L;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** 2^89 / 10^8, rounded up: close enough for every long. */
  private static final long RECIPROCAL = 0x55E6_3B88_C230_E77FL;

  private Digits() {}

  /** A number that is not negative over 10^8; Java's own division minds the sign. */
  static long overEightDigits(long value) {
    return Math.multiplyHigh(value, RECIPROCAL) >>> 25;
  }

  /** The first digit of a number below 10^9 as one of nine digits, the first of them perhaps 0. */
  static long firstOfNine(long value) {
    return (value * 1_441_151_881) >>> 57; // over 10^8
  }

  /**
   * The digits of a number below 10^8, one in each byte.
   *
   * <p>Each step cuts every part into an upper half, {@code u}, and what is left of it: {@code
   * (part - 10 * u) << 8 | u}, as one product.
   */
  static long split(long value) {
    long upper = (value * 109_951_163) >>> 40; // over 10,000
    long fours = (value << 32) - upper * ((10_000L << 32) - 1);
    long tops = ((fours * 10_486) >>> 20) & 0x7F_0000_007FL; // over 100
    long pairs = (fours << 16) - tops * ((100 << 16) - 1);
    long tens = ((pairs * 103) >>> 10) & 0x0F_000F_000F_000FL;
    return (pairs << 8) - tens * ((10 << 8) - 1);
  }

  /** Writes eight digits as characters. */
  static void write(long digits, byte[] out, int at) {
    LONG.set(out, at, digits ^ ZEROS);
  }

  /** The number of digits of a positive number. */
  static int count(long value) {
    int least = ((Long.SIZE - Long.numberOfLeadingZeros(value)) * 1233) >> 12;
    return value < EightDigits.POWERS[least] ? least : least + 1;
  }
}
