package io.github.vertexj.json;

import static io.github.vertexj.json.Digits.EIGHT_DIGITS;

/**
 * Floating-point numbers as the shortest decimals that read back to the same bits.
 *
 * <p>Values from 0.001 to below 10,000,000 are written plainly ({@code 0.25}, {@code 3.0}), all
 * others with an exponent ({@code 1.2e-7}, {@code 1e10}); zero keeps its sign. Every form has a
 * point or an exponent, so that a typed reader sees a floating-point number.
 *
 * <p>The method is that of Raffaello Giulietti's paper "The Schubfach way to render doubles": scale
 * the number and the two midpoints to its neighbours by one power of ten to integers with two more
 * bits, and look for the decimal that lies between the midpoints: first one of a digit less, of
 * which there is at most one, then the nearest of full length. Nothing is allocated. Thread-safe.
 */
public final class NumberWriter {
  /** The room a number needs: its at most 24 bytes, and what is overwritten behind short ones. */
  public static final int MAX_BYTES = 24 + 7;

  private static final double PLAIN_LIMIT = 1e7;
  private static final int PLAIN_DIGITS = 7;
  private static final int PLAIN_ZEROS = 2;
  private static final int MAX_DIGITS = 17;
  private static final long TEN_TO_15 = 1_000_000_000_000_000L;
  private static final long TEN_TO_7 = 10_000_000;
  private static final int MAX_FLOAT_DIGITS = 9;

  /** Makes a point of the character zero. */
  private static final long POINT = '.' ^ '0';

  private NumberWriter() {}

  /**
   * Writes a double and returns the place behind it.
   *
   * @throws IllegalArgumentException if the value is not finite (C3.19)
   */
  public static int write(double value, byte[] out, int at) {
    long bits = Double.doubleToRawLongBits(value);
    out[at] = '-';
    int start = at + (int) (bits >>> 63);
    double magnitude = Math.abs(value);
    if (magnitude < PLAIN_LIMIT && (int) magnitude == magnitude) {
      return writeIntegral((int) magnitude, out, start);
    }
    int exponent = (int) (bits >>> 52) & 0x7FF;
    long fraction = bits & 0xF_FFFF_FFFF_FFFFL;
    if (exponent == 0x7FF) {
      throw new IllegalArgumentException("JSON has no number for " + value);
    }
    return exponent == 0
        ? writeScaled(fraction, -1074, false, out, start)
        : writeScaled(
            fraction | 1L << 52, exponent - 1075, fraction == 0 && exponent > 1, out, start);
  }

  /**
   * Writes a float and returns the place behind it.
   *
   * @throws IllegalArgumentException if the value is not finite (C3.19)
   */
  public static int write(float value, byte[] out, int at) {
    int bits = Float.floatToRawIntBits(value);
    out[at] = '-';
    int start = at + (bits >>> 31);
    float magnitude = Math.abs(value);
    if (magnitude < PLAIN_LIMIT && (int) magnitude == magnitude) {
      return writeIntegral((int) magnitude, out, start);
    }
    int exponent = (bits >>> 23) & 0xFF;
    int fraction = bits & 0x7F_FFFF;
    if (exponent == 0xFF) {
      throw new IllegalArgumentException("JSON has no number for " + value);
    }
    return exponent == 0
        ? writeScaled(fraction, -149, false, out, start)
        : writeScaled(
            fraction | 1 << 23, exponent - 150, fraction == 0 && exponent > 1, out, start);
  }

  /** Writes the double c * 2^q; {@code edge} says that the neighbour below is nearer. */
  private static int writeScaled(long c, int q, boolean edge, byte[] out, int at) {
    int k = edge ? PowersOfTen.floorLog10OfThreeQuartersPow2(q) : PowersOfTen.floorLog10OfPow2(q);
    int shift = q + PowersOfTen.floorLog2OfPow10(-k) + 2;
    long high = PowersOfTen.high(k);
    long low = PowersOfTen.low(k);
    long open = c & 1; // the midpoints belong to the number only if c is even
    long middle = scale(high, low, (4 * c) << shift);
    long lower = scale(high, low, (4 * c - (edge ? 1 : 2)) << shift) + open;
    long upper = scale(high, low, (4 * c + 2) << shift) - open;
    return writeDouble(nearest(lower, middle, upper), k, out, at);
  }

  /** Writes the float c * 2^q, which needs only half of the power's bits. */
  private static int writeScaled(int c, int q, boolean edge, byte[] out, int at) {
    int k = edge ? PowersOfTen.floorLog10OfThreeQuartersPow2(q) : PowersOfTen.floorLog10OfPow2(q);
    int shift = q + PowersOfTen.floorLog2OfPow10(-k) + 33;
    long power = PowersOfTen.high(k) + 1;
    long open = c & 1;
    long middle = scale(power, (4L * c) << shift);
    long lower = scale(power, (4L * c - (edge ? 1 : 2)) << shift) + open;
    long upper = scale(power, (4L * c + 2) << shift) - open;
    return writeFloat(nearest(lower, middle, upper), k, out, at);
  }

  /** The product over 2^127, its last bit set if anything was cut off. */
  private static long scale(long high, long low, long factor) {
    long carried = ((high * factor) >>> 1) + Math.multiplyHigh(low, factor);
    long whole = Math.multiplyHigh(high, factor) + (carried >>> 63);
    return (carried & Long.MAX_VALUE) == 0 ? whole : whole | 1;
  }

  /** The product over 2^95, its last bit set if anything was cut off. */
  private static long scale(long power, long factor) {
    long product = Math.multiplyHigh(power, factor);
    long whole = product >>> 31;
    return (product & Integer.MAX_VALUE) == 0 ? whole : whole | 1;
  }

  /**
   * The best decimal between two midpoints; all four are in units of 10^k, the midpoints and the
   * number in the middle in quarters.
   */
  private static long nearest(long lower, long middle, long upper) {
    long full = middle >> 2;
    long shorter = full / 10;
    boolean belowFits = lower <= 40 * shorter;
    boolean aboveFits = 40 * shorter + 40 <= upper;
    if (belowFits != aboveFits && shorter > 0) {
      return belowFits ? 10 * shorter : 10 * shorter + 10;
    }
    // The nearest, the even one in the middle; but the one above if the one below does not fit, as
    // may be where the neighbour below is nearer. Signs, not conditions: these cannot be predicted.
    long up = (-(middle - (4 * full + 2) + (full & 1)) | (4 * full - lower)) >>> 63;
    return full + up;
  }

  /** Writes digits * 10^exponent, of at most 17 digits; it is no integer below 10^7. */
  private static int writeDouble(long digits, int exponent, byte[] out, int at) {
    int count = digits < TEN_TO_15 ? Digits.count(digits) : digits < 10 * TEN_TO_15 ? 16 : 17;
    long all = digits * EightDigits.POWERS[MAX_DIGITS - count];
    long upper = Digits.overEightDigits(all);
    long first = Digits.firstOfNine(upper);
    long eight = Digits.split(upper - first * EIGHT_DIGITS);
    long last = Digits.split(all - upper * EIGHT_DIGITS);
    return writeDecimal(first, eight, last, count + exponent, out, at);
  }

  /** Writes digits * 10^exponent, of at most 9 digits; it is no integer below 10^7. */
  private static int writeFloat(long digits, int exponent, byte[] out, int at) {
    int count = digits < TEN_TO_7 ? Digits.count(digits) : digits < 10 * TEN_TO_7 ? 8 : 9;
    long all = digits * EightDigits.POWERS[MAX_FLOAT_DIGITS - count];
    long first = Digits.firstOfNine(all);
    long eight = Digits.split(all - first * EIGHT_DIGITS);
    return writeDecimal(first, eight, 0, count + exponent, out, at);
  }

  /** Writes 1 + 8 + 8 digits without the zeros behind, given how many stand before the point. */
  private static int writeDecimal(
      long first, long eight, long last, int point, byte[] out, int at) {
    int count =
        last == 0
            ? 9 - (Long.numberOfLeadingZeros(eight) >> 3)
            : MAX_DIGITS - (Long.numberOfLeadingZeros(last) >> 3);
    if (point > PLAIN_DIGITS || point < -PLAIN_ZEROS) {
      writePoint(first, eight, last, 0, 1, out, at);
      int end = count == 1 ? at + 1 : at + 1 + count; // no digit behind the point, so no point
      out[end] = 'e';
      return IntegerWriter.write(point - 1, out, end + 1);
    }
    int zeros = Math.max(0, 1 - point);
    writePoint(first, eight, last, zeros, Math.max(1, point), out, at);
    return at + zeros + count + 1;
  }

  /**
   * Writes zeros, digits and a point among the first eight characters: all digits as they stand
   * behind the point, then those eight over them.
   */
  private static void writePoint(
      long first, long eight, long last, int zeros, int point, byte[] out, int at) {
    Digits.write(eight, out, at + zeros + 2);
    Digits.write(last, out, at + zeros + 10);
    int bits = point << 3;
    long head = (first | eight << 8) << (zeros << 3);
    long behind = head >>> bits << bits;
    Digits.write((head ^ behind) | behind << 8 | POINT << bits, out, at);
  }

  private static int writeIntegral(int value, byte[] out, int at) {
    int end = IntegerWriter.write(value, out, at);
    out[end] = '.';
    out[end + 1] = '0';
    return end + 2;
  }
}
