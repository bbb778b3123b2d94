package io.github.vertexj.envelope;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;

/**
 * Numbers at a {@link JsonScanner}'s cursor: their grammar, and their values rounded to nearest,
 * ties to even.
 *
 * <p>{@link #scan} reads the digits, up to eight at a time, as an integer times a power of ten; the
 * conversions make of it what is wanted. Up to 19 digits no conversion makes garbage. Not
 * thread-safe.
 */
final class NumberScanner {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  static final long ZEROS = 0x3030_3030_3030_3030L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  /** Carries into a byte's high bit from 10 on. */
  private static final long BEYOND_NINE = 0x7676_7676_7676_7676L;

  /** What an unsigned 64-bit integer always holds. */
  private static final int MAX_DIGITS = 19;

  private static final int MAX_EXPONENT = 100_000_000;
  static final long[] LONG_POWERS = longPowers();

  /** The powers of ten that a float holds exactly. */
  private static final float[] FLOAT_POWERS = floatPowers(11);

  /** The powers of ten that a double holds exactly. */
  private static final double[] DOUBLE_POWERS = doublePowers(23);

  private static final long MAX_EXACT_DOUBLE = 1L << 53;

  /** The bits that a double has and a float has not, and what they are half-way between floats. */
  private static final long SURPLUS_BITS = (1L << 29) - 1;

  private static final long HALF_WAY = 1L << 28;

  private final JsonScanner in;
  private int start;
  private int digitsStart;
  private int digitsEnd;
  private int digits;
  private boolean negative;

  /** The digits as an unsigned integer, meaningful up to {@link #MAX_DIGITS}. */
  private long significand;

  /** The power of ten to multiply with. */
  private int exponent;

  private long whole;

  NumberScanner(JsonScanner in) {
    this.in = in;
  }

  /** Passes the number at the cursor. */
  void scan() {
    start = in.position;
    int at = start;
    negative = at < in.end && in.bytes[at] == '-';
    if (negative) {
      at++;
    }
    digitsStart = at;
    significand = 0;
    at = digits(at);
    digits = at - digitsStart;
    if (digits != 1) {
      refuseInteger(at);
    }
    exponent = 0;
    if (at < in.end && in.bytes[at] == '.') {
      int fraction = at + 1;
      at = digits(fraction);
      exponent = fraction - at;
      digits -= exponent;
      if (exponent == 0) {
        throw wanted("a digit behind the point", at);
      }
    }
    digitsEnd = at;
    if (at < in.end && (in.bytes[at] | 0x20) == 'e') {
      at = exponent(at + 1);
    }
    if (at - start > in.limits.maxNumberLength()) {
      throw in.limit("a number is longer than maxNumberLength " + in.limits.maxNumberLength());
    }
    in.position = at;
  }

  /** The number as a float; infinite if it is beyond the largest one. */
  float float32() {
    long integer = significand;
    int power = exponent;
    if (digits > MAX_DIGITS) {
      return longFloat32();
    }
    float magnitude = float32(integer, power);
    return negative ? -magnitude : magnitude;
  }

  /** An unsigned integer times a power of ten; infinite if it is beyond the largest float. */
  static float float32(long integer, int power) {
    if (integer >>> 24 == 0 && power >= -10 && power <= 10) {
      return power < 0 ? integer / FLOAT_POWERS[-power] : integer * FLOAT_POWERS[power];
    }
    return toFloat(integer, power);
  }

  /** The number as a double; infinite if it is beyond the largest one. */
  double float64() {
    if (digits > MAX_DIGITS) {
      return longFloat64();
    }
    double magnitude = toDouble(significand, exponent);
    return negative ? -magnitude : magnitude;
  }

  /** Whether the number is whole and lies in a range; then {@link #whole} is its value. */
  boolean isWhole(long least, long most) {
    if (digits > MAX_DIGITS) {
      return isLongWhole(least, most);
    }
    long integer = significand;
    int power = exponent;
    while (power < 0 && integer != 0 && Long.remainderUnsigned(integer, 10) == 0) {
      integer = Long.divideUnsigned(integer, 10);
      power++;
    }
    if (integer == 0) {
      whole = 0;
      return least <= 0 && most >= 0;
    }
    if (power < 0 || power >= LONG_POWERS.length) {
      return false;
    }
    if (power > 0) {
      if (integer < 0 || Math.multiplyHigh(integer, LONG_POWERS[power]) != 0) {
        return false;
      }
      integer *= LONG_POWERS[power];
    }
    if (integer < 0 && !(negative && integer == Long.MIN_VALUE)) {
      return false;
    }
    whole = negative ? -integer : integer;
    return whole >= least && whole <= most;
  }

  /** The value that {@link #isWhole} found. */
  long whole() {
    return whole;
  }

  private static float toFloat(long integer, int power) {
    if (integer >= 0 && integer <= MAX_EXACT_DOUBLE && power >= -22 && power <= 22) {
      double near = power < 0 ? integer / DOUBLE_POWERS[-power] : integer * DOUBLE_POWERS[power];
      // The double is off by less than half its last bit, so it lies on the right side of every
      // midpoint between floats, unless on one. Subnormal floats have other midpoints.
      boolean clear = (Double.doubleToRawLongBits(near) & SURPLUS_BITS) != HALF_WAY;
      if (clear && (near >= Float.MIN_NORMAL || integer == 0)) {
        return (float) near;
      }
    }
    return DecimalRounding.toFloat(integer, power);
  }

  private static double toDouble(long integer, int power) {
    if (integer >= 0 && integer <= MAX_EXACT_DOUBLE && power >= -22 && power <= 22) {
      return power < 0 ? integer / DOUBLE_POWERS[-power] : integer * DOUBLE_POWERS[power];
    }
    return DecimalRounding.toDouble(integer, power);
  }

  private float longFloat32() {
    int cut = cutToMaxDigits();
    float least = toFloat(significand, exponent);
    if (cut != 0 && least != toFloat(significand + 1, exponent)) {
      return Float.parseFloat(literal());
    }
    return negative ? -least : least;
  }

  private double longFloat64() {
    int cut = cutToMaxDigits();
    double least = toDouble(significand, exponent);
    if (cut != 0 && least != toDouble(significand + 1, exponent)) {
      return Double.parseDouble(literal());
    }
    return negative ? -least : least;
  }

  private boolean isLongWhole(long least, long most) {
    boolean huge = exponent > MAX_DIGITS;
    boolean belowOne = exponent < -digits;
    if (cutToMaxDigits() == 0) {
      digits = MAX_DIGITS;
      return isWhole(least, most);
    }
    if (huge || belowOne) { // and not zero, as digits were cut
      return false;
    }
    BigDecimal value = new BigDecimal(literal());
    if (value.stripTrailingZeros().scale() > 0
        || value.compareTo(BigDecimal.valueOf(least)) < 0
        || value.compareTo(BigDecimal.valueOf(most)) > 0) {
      return false;
    }
    whole = value.longValueExact();
    return true;
  }

  /**
   * Makes the significand of the first digits that count, and returns how many other digits than
   * zero it left out.
   */
  private int cutToMaxDigits() {
    long integer = 0;
    int taken = 0;
    int left = 0;
    int cut = 0;
    for (int at = digitsStart; at < digitsEnd; at++) {
      int digit = in.bytes[at] - '0';
      if (digit < 0) { // the point
        continue;
      }
      if (taken < MAX_DIGITS) {
        integer = integer * 10 + digit;
        taken += integer == 0 ? 0 : 1;
      } else {
        left++;
        cut += digit == 0 ? 0 : 1;
      }
    }
    significand = integer;
    exponent += left;
    return cut;
  }

  /** Passes digits, appends them to the significand, and returns the place behind. */
  private int digits(int from) {
    byte[] bytes = in.bytes;
    int end = in.end;
    int at = from;
    long value = significand;
    while (at + Long.BYTES <= end) {
      long chunk = (long) LONG.get(bytes, at) ^ ZEROS;
      long others = ((chunk + BEYOND_NINE) | chunk) & HIGH_BITS;
      if (others == 0) {
        value = value * 100_000_000 + eightDigits(chunk);
        at += Long.BYTES;
        continue;
      }
      int count = Long.numberOfTrailingZeros(others) >>> 3;
      if (count > 0) {
        value = value * LONG_POWERS[count] + eightDigits(chunk << (Long.SIZE - 8 * count));
      }
      significand = value;
      return at + count;
    }
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      value = value * 10 + bytes[at++] - '0';
    }
    significand = value;
    return at;
  }

  /** How many of eight bytes are digits before the first that is none. */
  static int leadingDigits(long chunk) {
    long others = ((chunk + BEYOND_NINE) | chunk) & HIGH_BITS;
    return Long.numberOfTrailingZeros(others) >>> 3; // 8 if there are no others
  }

  /** A number with so many digits more, the first of a chunk. */
  static long append(long number, long chunk, int digits) {
    if (digits == 0) {
      return number;
    }
    return number * LONG_POWERS[digits] + eightDigits(chunk << (Long.SIZE - 8 * digits));
  }

  /** The number of eight digits, one in each byte, the first in the lowest. */
  static long eightDigits(long chunk) {
    long pairs = chunk * 10 + (chunk >>> 8);
    long low = (pairs & 0x0000_00FF_0000_00FFL) * (100L + (1_000_000L << 32));
    long high = (pairs >>> 16 & 0x0000_00FF_0000_00FFL) * (1L + (10_000L << 32));
    return (low + high) >>> 32;
  }

  private int exponent(int from) {
    int at = from;
    boolean below = at < in.end && in.bytes[at] == '-';
    if (below || (at < in.end && in.bytes[at] == '+')) {
      at++;
    }
    int first = at;
    int value = 0;
    while (at < in.end && in.bytes[at] >= '0' && in.bytes[at] <= '9') {
      value = value < MAX_EXPONENT ? value * 10 + in.bytes[at] - '0' : value;
      at++;
    }
    if (at == first) {
      throw wanted("a digit in the exponent", at);
    }
    exponent += below ? -value : value;
    return at;
  }

  private void refuseInteger(int at) {
    if (digits == 0) {
      throw wanted(negative ? "a digit behind the minus" : "a value", at);
    }
    if (in.bytes[digitsStart] == '0') {
      in.position = digitsStart;
      throw in.malformed("a number has a zero in front");
    }
  }

  private MalformedJsonException wanted(String what, int at) {
    in.position = at;
    return in.unexpected(what);
  }

  private String literal() {
    return new String(in.bytes, start, in.position - start, ISO_8859_1);
  }

  private static long[] longPowers() {
    long[] powers = new long[MAX_DIGITS];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  private static float[] floatPowers(int count) {
    float[] powers = new float[count];
    for (int i = 0; i < count; i++) {
      powers[i] = LONG_POWERS[i];
    }
    return powers;
  }

  private static double[] doublePowers(int count) {
    double[] powers = new double[count];
    powers[0] = 1;
    for (int i = 1; i < count; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }
}
