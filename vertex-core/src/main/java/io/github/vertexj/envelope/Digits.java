package io.github.vertexj.envelope;

/**
 * Decimal digits in a byte array, two at a time.
 *
 * <p>Every method writes at a place and returns the place behind; the caller has made room.
 * Thread-safe.
 */
final class Digits {
  private static final byte[] PAIRS = pairs();
  private static final long[] POWERS = powers();

  private Digits() {}

  /** Writes an integer; at most 20 bytes. */
  static int write(long value, byte[] out, int at) {
    long magnitude = value;
    int start = at;
    if (value < 0) {
      out[start++] = '-';
      magnitude = -value;
    }
    if (magnitude < 0) { // the one number without a positive counterpart: split off its last digit
      int end = writeDigits(Long.MAX_VALUE / 10, 18, out, start);
      out[end] = '8';
      return end + 1;
    }
    return writeDigits(magnitude, count(magnitude), out, start);
  }

  /** Writes the digits of a number that is not negative. */
  static int writeDigits(long value, int count, byte[] out, int at) {
    int place = at + count;
    long rest = value;
    while (rest > Integer.MAX_VALUE) {
      long hundreds = rest / 100;
      place = writePair((int) (rest - hundreds * 100), out, place);
      rest = hundreds;
    }
    int small = (int) rest;
    while (small >= 100) {
      int hundreds = small / 100;
      place = writePair(small - hundreds * 100, out, place);
      small = hundreds;
    }
    if (small >= 10) {
      writePair(small, out, place);
    } else {
      out[place - 1] = (byte) ('0' + small);
    }
    return at + count;
  }

  /** The number of digits of a number that is not negative. */
  static int count(long value) {
    int least = ((64 - Long.numberOfLeadingZeros(value | 1)) * 1233) >> 12;
    return value >= POWERS[least] ? least + 1 : Math.max(least, 1);
  }

  private static int writePair(int pair, byte[] out, int end) {
    out[end - 1] = PAIRS[2 * pair + 1];
    out[end - 2] = PAIRS[2 * pair];
    return end - 2;
  }

  private static byte[] pairs() {
    byte[] pairs = new byte[200];
    for (int i = 0; i < 100; i++) {
      pairs[2 * i] = (byte) ('0' + i / 10);
      pairs[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return pairs;
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
