package io.github.vertexj.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Decimal digits in a body, looked at eight or four at a time as the bytes of a long or an int, a
 * <em>chunk</em>.
 *
 * <p>The first byte is the lowest. Thread-safe.
 */
final class EightDigits {
  /** What an unsigned long always holds. */
  static final int MAX_DIGITS = 19;

  /** The powers of ten that a long holds. */
  static final long[] POWERS = powers();

  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle SHORT = view(short[].class);
  private static final long ZEROS = 0x3030_3030_3030_3030L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** Carries into a byte's high bit from behind the nine on. */
  private static final long BEYOND_NINE = 0x4646_4646_4646_4646L;

  /** What joins neighbours, the first of which has the higher digits. */
  private static final int PAIR = (10 << 8) + 1;

  private static final int TWO_PAIRS = (100 << 16) + 1;
  private static final long TWO_FOURS = (10_000L << 32) + 1;

  private static final short COMMA_AND_SPACE = ',' | (' ' << Byte.SIZE);

  private EightDigits() {}

  /** The eight bytes at a place, which need not be digits. */
  static long chunk(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /** The four bytes at a place, which need not be digits. */
  static int shortChunk(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  /** Whether a chunk's bytes are digits. */
  static boolean areDigits(long chunk) {
    return others(chunk) == 0;
  }

  /** How many of a chunk's bytes are digits before the first that is none. */
  static int count(long chunk) {
    return Long.numberOfTrailingZeros(others(chunk)) >>> 3; // 8 if there are no others
  }

  /** How many of a chunk's bytes are digits before the first that is none. */
  static int count(int chunk) {
    int others = ((chunk + (int) BEYOND_NINE) | (chunk - (int) ZEROS)) & (int) HIGH_BITS;
    return Integer.numberOfTrailingZeros(others) >>> 3; // 4 if there are no others
  }

  /** The first place from another on that holds no digit, or the one behind 20 digits. */
  static int end(byte[] bytes, int from) {
    long first = chunk(bytes, from);
    if (!areDigits(first)) {
      return from + count(first);
    }
    long second = chunk(bytes, from + Long.BYTES);
    if (!areDigits(second)) {
      return from + Long.BYTES + count(second);
    }
    return from + 2 * Long.BYTES + count(shortChunk(bytes, from + 2 * Long.BYTES));
  }

  /**
   * The place behind a comma and at most one space after it; 0 if there is another byte in the
   * comma's place.
   */
  static int behindComma(byte[] bytes, int at) {
    short separator = (short) SHORT.get(bytes, at);
    if (separator == COMMA_AND_SPACE) {
      return at + 2;
    }
    return (byte) separator == ',' ? at + 1 : 0;
  }

  /** The number that up to 19 digits are, perhaps none. */
  static long number(byte[] bytes, int from, int digits) {
    long first = chunk(bytes, from);
    if (digits < Long.BYTES) {
      return value(cut(first, digits));
    }
    long number = value(first ^ ZEROS);
    long second = chunk(bytes, from + Long.BYTES);
    if (digits < 2 * Long.BYTES) {
      return append(number, second, digits - Long.BYTES);
    }
    int last = digits - 2 * Long.BYTES;
    int third = number(shortChunk(bytes, from + 2 * Long.BYTES), last);
    return append(number, second) * POWERS[last] + third;
  }

  /** The number that the first digits of a chunk are; fewer than four, perhaps none. */
  static int number(int chunk, int digits) {
    int shifted = (chunk ^ (int) ZEROS) << Byte.SIZE << (Integer.SIZE - Byte.SIZE * (digits + 1));
    int pairs = ((shifted * PAIR) >>> 8) & 0x00FF_00FF;
    return (pairs * TWO_PAIRS) >>> 16;
  }

  /** A number with some digits more, the first of a chunk; fewer than eight, perhaps none. */
  static long append(long number, long chunk, int digits) {
    return number * POWERS[digits] + value(cut(chunk, digits));
  }

  /** A number with eight digits more, all of a chunk. */
  static long append(long number, long chunk) {
    return number * POWERS[Long.BYTES] + value(chunk ^ ZEROS);
  }

  /** High bits where a chunk has no digits, right up to the first of them. */
  private static long others(long chunk) {
    // What carries or borrows beyond its byte is no digit, and spoils only bytes behind it.
    return ((chunk + BEYOND_NINE) | (chunk - ZEROS)) & HIGH_BITS;
  }

  /** The first digits of a chunk, fewer than eight, with zeros before them. */
  private static long cut(long chunk, int digits) {
    return (chunk ^ ZEROS) << Byte.SIZE << (Long.SIZE - Byte.SIZE * (digits + 1));
  }

  private static long value(long digits) {
    long pairs = ((digits * PAIR) >>> 8) & 0x00FF_00FF_00FF_00FFL;
    long fours = ((pairs * TWO_PAIRS) >>> 16) & 0x0000_FFFF_0000_FFFFL;
    return (fours * TWO_FOURS) >>> 32;
  }

  private static long[] powers() {
    long[] powers = new long[19];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  private static VarHandle view(Class<?> elements) {
    return MethodHandles.byteArrayViewVarHandle(elements, ByteOrder.LITTLE_ENDIAN);
  }
}
