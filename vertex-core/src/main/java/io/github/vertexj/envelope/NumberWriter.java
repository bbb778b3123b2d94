package io.github.vertexj.envelope;

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
final class NumberWriter {
  /** The room a number needs: its at most 24 bytes, and the slack of digits. */
  static final int MAX_BYTES = 24 + Digits.SLACK_BYTES;

  private static final double PLAIN_LIMIT = 1e7;
  private static final int PLAIN_DIGITS = 7;
  private static final int PLAIN_ZEROS = 2;

  private NumberWriter() {}

  /**
   * Writes a double and returns the place behind it.
   *
   * @throws IllegalArgumentException if the value is not finite (C3.19)
   */
  static int write(double value, byte[] out, int at) {
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
  static int write(float value, byte[] out, int at) {
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
    return writeNearest(lower, middle, upper, k, out, at);
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
    return writeNearest(lower, middle, upper, k, out, at);
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

  /** Writes the best decimal between two midpoints; all three are in quarters of 10^k. */
  private static int writeNearest(long lower, long middle, long upper, int k, byte[] out, int at) {
    long full = middle >> 2;
    long shorter = full / 10;
    if (shorter > 0) {
      boolean belowFits = lower <= 40 * shorter;
      boolean aboveFits = 40 * shorter + 40 <= upper;
      if (belowFits != aboveFits) {
        return writeStripped(belowFits ? shorter : shorter + 1, k + 1, out, at);
      }
    }
    // The nearest, the even one in the middle; but the one above if the one below does not fit, as
    // may be where the neighbour below is nearer. Signs, not conditions: these cannot be predicted.
    long up = (-(middle - (4 * full + 2) + (full & 1)) | (4 * full - lower)) >>> 63;
    if (shorter == 0) {
      return writeStripped(full + up, k, out, at); // a 9 may have become a 10
    }
    return writeDecimal(full + up, k, out, at);
  }

  private static int writeStripped(long digits, int exponent, byte[] out, int at) {
    long stripped = digits;
    int raised = exponent;
    if (stripped % 100_000_000 == 0) {
      stripped /= 100_000_000;
      raised += 8;
    }
    if (stripped % 10_000 == 0) {
      stripped /= 10_000;
      raised += 4;
    }
    if (stripped % 100 == 0) {
      stripped /= 100;
      raised += 2;
    }
    if (stripped % 10 == 0) {
      stripped /= 10;
      raised += 1;
    }
    return writeDecimal(stripped, raised, out, at);
  }

  /** Writes digits * 10^exponent, which is no integer below 10^7. */
  private static int writeDecimal(long digits, int exponent, byte[] out, int at) {
    int count = Digits.count(digits);
    int point = count + exponent; // how many digits stand before the point
    if (point > PLAIN_DIGITS || point < -PLAIN_ZEROS) {
      return writeScientific(digits, count, point - 1, out, at);
    }
    if (point > 0) {
      int end = Digits.writeDigits(digits, out, at);
      Digits.shift(out, at + point);
      out[at + point] = '.';
      return end + 1;
    }
    Digits.writeZeros(out, at);
    out[at + 1] = '.';
    return Digits.writeDigits(digits, out, at + 2 - point);
  }

  private static int writeScientific(long digits, int count, int exponent, byte[] out, int at) {
    int end = Digits.writeDigits(digits, out, at + 1);
    out[at] = out[at + 1];
    out[at + 1] = '.';
    if (count == 1) {
      end = at + 1; // no digit behind the point, so no point
    }
    out[end] = 'e';
    return IntegerWriter.write(exponent, out, end + 1);
  }

  private static int writeIntegral(int value, byte[] out, int at) {
    int end = Digits.writeDigits(value, out, at);
    out[end] = '.';
    out[end + 1] = '0';
    return end + 2;
  }
}
