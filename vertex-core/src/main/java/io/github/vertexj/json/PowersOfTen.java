package io.github.vertexj.json;

import java.math.BigInteger;

/**
 * The powers of ten that bring any finite double to an integer of at most 17 digits.
 *
 * <p>For each {@code k} the table holds {@code g}, the integer with {@code 2^125 <= g < 2^126} that
 * lies just above {@code 10^-k} times a power of two, as two halves of 63 bits. Thread-safe.
 */
final class PowersOfTen {
  /** The least {@code k}, that of the smallest subnormal double. */
  static final int MIN = -324;

  /** The greatest {@code k}, that of the largest double. */
  static final int MAX = 292;

  private static final long[] HALVES = halves();

  private PowersOfTen() {}

  /** The upper 63 bits of {@code g}. */
  static long high(int k) {
    return HALVES[(k - MIN) << 1];
  }

  /** The lower 63 bits of {@code g}. */
  static long low(int k) {
    return HALVES[((k - MIN) << 1) | 1];
  }

  /** The largest {@code n} with {@code 10^n <= 2^q}, for every {@code q} a double can have. */
  static int floorLog10OfPow2(int q) {
    return (q * 315_653) >> 20;
  }

  /**
   * The largest {@code n} with {@code 10^n <= 2^q * 3/4}, for every {@code q} a double can have.
   */
  static int floorLog10OfThreeQuartersPow2(int q) {
    return (q * 631_305 - 261_663) >> 21;
  }

  /** The largest {@code n} with {@code 2^n <= 10^e}, for every {@code e} in the table. */
  static int floorLog2OfPow10(int e) {
    return (e * 1_741_647) >> 19;
  }

  private static long[] halves() {
    long[] halves = new long[(MAX - MIN + 1) << 1];
    BigInteger power = BigInteger.ONE;
    for (int n = 0; n <= -MIN; n++) {
      int bits = power.bitLength();
      put(halves, -n, power.shiftLeft(126 - bits));
      if (n > 0 && n <= MAX) {
        put(halves, n, BigInteger.ONE.shiftLeft(125 + bits).divide(power));
      }
      power = power.multiply(BigInteger.TEN);
    }
    return halves;
  }

  private static void put(long[] halves, int k, BigInteger below) {
    BigInteger g = below.add(BigInteger.ONE);
    halves[(k - MIN) << 1] = g.shiftRight(63).longValueExact();
    halves[((k - MIN) << 1) | 1] = g.longValue() & Long.MAX_VALUE;
  }
}
