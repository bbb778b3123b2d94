package io.github.vertexj.envelope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decimal digits in a body, looked at eight at a time as the bytes of one long, a <em>chunk</em>.
 *
 * <p>The first byte is the lowest. Thread-safe.
 */
final class EightDigits {
  /** The powers of ten that a long holds. */
  static final long[] POWERS = powers();

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ZEROS = 0x3030_3030_3030_3030L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** Carries into a byte's high bit from behind the nine on. */
  private static final long BEYOND_NINE = 0x4646_4646_4646_4646L;

  private EightDigits() {}

  /** The eight bytes at a place, which need not be digits. */
  static long chunk(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /** How many of a chunk's bytes are digits before the first that is none. */
  static int count(long chunk) {
    // What carries or borrows beyond its byte is no digit, and spoils only bytes behind it.
    long others = ((chunk + BEYOND_NINE) | (chunk - ZEROS)) & HIGH_BITS;
    return Long.numberOfTrailingZeros(others) >>> 3; // 8 if there are no others
  }

  /** A number with some digits more, the first of a chunk; fewer than eight, perhaps none. */
  static long append(long number, long chunk, int digits) {
    long shifted = (chunk ^ ZEROS) << Byte.SIZE << (Long.SIZE - Byte.SIZE * (digits + 1));
    return number * POWERS[digits] + value(shifted);
  }

  /** A number with eight digits more, all of a chunk. */
  static long append(long number, long chunk) {
    return number * POWERS[Long.BYTES] + value(chunk ^ ZEROS);
  }

  private static long value(long digits) {
    long pairs = digits * 10 + (digits >>> 8);
    long low = (pairs & 0x0000_00FF_0000_00FFL) * (100L + (1_000_000L << 32));
    long high = (pairs >>> 16 & 0x0000_00FF_0000_00FFL) * (1L + (10_000L << 32));
    return (low + high) >>> 32;
  }

  private static long[] powers() {
    long[] powers = new long[19];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }
}
