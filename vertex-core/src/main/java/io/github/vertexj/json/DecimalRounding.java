package io.github.vertexj.json;

import java.math.BigInteger;

/**
 * Integers times powers of ten, rounded to the nearest double or float, ties to even.
 *
 * <p>This is the algorithm of Eisel and Lemire ("Number parsing at a gigabyte per second", 2021)
 * without its fallback, which Mushtak and Lemire proved needless ("Fast number parsing without
 * fallback", 2023): the integer times the top 128 bits of the power of five settles every case of
 * an integer below 2^64. Thread-safe.
 */
final class DecimalRounding {
  private static final long MAX_EXACT_INTEGER = 1L << 53;

  /** The powers of ten that a double holds exactly. */
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /** The bits that a double has and a float has not, and what they are half-way between floats. */
  private static final long SURPLUS_BITS = (1L << 29) - 1;

  private static final long HALF_WAY = 1L << 28;
  private static final int LEAST_POWER = -342;
  private static final int GREATEST_POWER = 308;

  /** Negative powers from here on divide some 64-bit integers, and are rounded up in the table. */
  private static final int LEAST_DIVIDING_POWER = -27;

  private static final Format DOUBLE = new Format(52, -1023, -4, 23);
  private static final Format FLOAT = new Format(23, -127, -17, 10);

  private DecimalRounding() {}

  /**
   * A binary format, and the powers of ten with which a product can lie half-way between two
   * numbers.
   */
  private record Format(int mantissaBits, int leastExponent, int leastTie, int greatestTie) {
    /** The exponent, as it is stored, of the numbers that are infinite. */
    int infinity() {
      return 1 - 2 * leastExponent;
    }
  }

  /** The double nearest to an unsigned integer times a power of ten; infinite if beyond. */
  static double toDouble(long integer, int power) {
    return integer >= 0 && integer <= MAX_EXACT_INTEGER && Math.abs(power) < POWERS.length
        ? near(integer, power)
        : Double.longBitsToDouble(bits(DOUBLE, integer, power));
  }

  /** The float nearest to an unsigned integer times a power of ten; infinite if beyond. */
  static float toFloat(long integer, int power) {
    if (integer >= 0 && integer <= MAX_EXACT_INTEGER && Math.abs(power) < POWERS.length) {
      double near = near(integer, power);
      // The double is off by at most half its last bit, so it lies on the right side of every
      // midpoint between floats, unless on one. Subnormal floats have other midpoints.
      boolean clear = (Double.doubleToRawLongBits(near) & SURPLUS_BITS) != HALF_WAY;
      if (clear && (near >= Float.MIN_NORMAL || integer == 0)) {
        return (float) near;
      }
    }
    return Float.intBitsToFloat((int) bits(FLOAT, integer, power));
  }

  /** Both numbers are exact, so there is one rounding. */
  private static double near(long integer, int power) {
    return power < 0 ? integer / POWERS[-power] : integer * POWERS[power];
  }

  private static long bits(Format format, long integer, int power) {
    if (integer == 0 || power < LEAST_POWER) {
      return 0;
    }
    if (power > GREATEST_POWER) {
      return infinity(format);
    }
    int zeros = Long.numberOfLeadingZeros(integer);
    long normal = integer << zeros;
    int entry = 2 * (power - LEAST_POWER);
    long high = multiplyHigh(normal, Fives.TOP[entry]);
    long low = normal * Fives.TOP[entry];
    if (~(high | -1L << (61 - format.mantissaBits)) == 0) { // the lower half may carry up to here
      long correction = multiplyHigh(normal, Fives.TOP[entry + 1]);
      low += correction;
      high += Long.compareUnsigned(low, correction) < 0 ? 1 : 0;
    }
    int top = (int) (high >>> 63);
    int shift = top + 64 - format.mantissaBits - 3;
    int exponent = floorLog2(power) + top - zeros - format.leastExponent;
    long mantissa = high >>> shift; // one bit more than fits: it decides the rounding
    if (exponent <= 0) {
      return subnormal(mantissa, exponent);
    }
    if (exponent >= format.infinity()) {
      return infinity(format);
    }
    boolean tie = (low == 0 || low == 1) && power >= format.leastTie && power <= format.greatestTie;
    if (tie && (mantissa & 3) == 1 && mantissa << shift == high) {
      mantissa--;
    }
    mantissa = (mantissa + (mantissa & 1)) >>> 1;
    // A mantissa rounded up to the next power of two carries into the exponent by itself.
    return ((long) (exponent - 1) << format.mantissaBits) + mantissa;
  }

  /** A mantissa rounded up to the least normal number is, as bits, just that number. */
  private static long subnormal(long mantissa, int exponent) {
    if (1 - exponent >= Long.SIZE) {
      return 0;
    }
    long shifted = mantissa >>> (1 - exponent);
    return (shifted + (shifted & 1)) >>> 1;
  }

  private static long infinity(Format format) {
    return (long) format.infinity() << format.mantissaBits;
  }

  /** The binary exponent of a power of ten, for those in the table, plus 63. */
  private static int floorLog2(int power) {
    return (((152_170 + 65_536) * power) >> 16) + 63;
  }

  private static long multiplyHigh(long a, long b) { // unsigned; the JDK has it from 18 on
    return Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
  }

  /** Made when first needed: ordinary numbers never ask for it. */
  private static final class Fives {
    /** The top 128 bits of each power of five as two longs, else rounded down. */
    static final long[] TOP = top();

    private static long[] top() {
      long[] fives = new long[2 * (GREATEST_POWER - LEAST_POWER + 1)];
      BigInteger power = BigInteger.ONE;
      for (int n = 0; n <= -LEAST_POWER; n++) {
        int bits = power.bitLength();
        if (n <= GREATEST_POWER) {
          put(fives, n, bits < 128 ? power.shiftLeft(128 - bits) : power.shiftRight(bits - 128));
        }
        if (n > 0) {
          BigInteger reciprocal = BigInteger.ONE.shiftLeft(bits + 127).divide(power);
          put(fives, -n, -n < LEAST_DIVIDING_POWER ? reciprocal : reciprocal.add(BigInteger.ONE));
        }
        power = power.multiply(BigInteger.valueOf(5));
      }
      return fives;
    }

    private static void put(long[] fives, int power, BigInteger top) {
      int entry = 2 * (power - LEAST_POWER);
      fives[entry] = top.shiftRight(64).longValue();
      fives[entry + 1] = top.longValue();
    }
  }
}
