package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.vertexj.TensorType;
import java.math.BigDecimal;

/**
 * Numbers at a {@link JsonScanner}'s cursor: their grammar, and their values rounded to nearest,
 * ties to even.
 *
 * <p>{@link #scan} reads the digits, up to eight at a time, as an integer times a power of ten; the
 * conversions make of it what is wanted. Up to 19 digits no conversion makes garbage. Not
 * thread-safe.
 */
public final class NumberScanner {
  private static final int MAX_DIGITS = EightDigits.MAX_DIGITS;

  private static final int MAX_EXPONENT = 100_000_000;

  private final JsonScanner in;
  private final byte[] bytes;
  private final int end;
  private final int lastWord;
  private final int maxLength;
  private final PlainFloats floats;
  private final PlainIntegers integers;

  /** The first digit. */
  private int start;

  /** The place behind the number. */
  private int behind;

  private int digits;
  private boolean negative;

  /** The digits as an unsigned integer, meaningful up to {@link #MAX_DIGITS}. */
  private long significand;

  /** The power of ten to multiply with. */
  private int exponent;

  private long whole;

  NumberScanner(JsonScanner in) {
    this.in = in;
    this.bytes = in.bytes;
    this.end = in.end;
    this.lastWord = in.end - Long.BYTES;
    this.maxLength = in.rules.maxNumberLength();
    this.floats = new PlainFloats(in);
    this.integers = new PlainIntegers(in);
  }

  /**
   * Passes numbers from the element at the cursor on, each with its comma, as long as they are
   * plain, and writes them as little-endian elements; {@link #scan} decides about what is not.
   *
   * @param from where the first element is written
   * @param to where the last one ends at most
   * @return the place behind the last one
   */
  public int plain(TensorType type, byte[] out, int from, int to) {
    if (maxLength < PlainFloats.LOOK_AHEAD) {
      return from;
    }
    return type.floating() ? floats.read(type, out, from, to) : integers.read(type, out, from, to);
  }

  /** Passes the number at the cursor. */
  public void scan() {
    in.position = scan(in.position);
  }

  /**
   * Reads the number at a place, and returns the place behind.
   *
   * <p>What is rare is left to other methods, so that this one is small enough to be inlined.
   */
  public int scan(int from) {
    int last = end - 1;
    negative = from <= last && bytes[from] == '-';
    int first = negative ? from + 1 : from;
    int at = first + 1;
    if (first < last && bytes[at] == '.' && isDigit(bytes[first])) {
      significand = (long) bytes[first] - '0';
    } else {
      significand = 0;
      at = digits(first);
      requireInteger(first, at);
    }
    int power = 0;
    start = first;
    digits = at - first;
    if (at <= last && bytes[at] == '.') {
      int fraction = at + 1;
      at = digits(fraction);
      power = fraction - at;
      requireFraction(power, at);
    }
    digits -= power;
    exponent = power;
    if (at <= last && (bytes[at] | 0x20) == 'e') {
      at = exponent(at + 1);
    }
    requireLength(at - from, from);
    behind = at;
    return at;
  }

  /** The number as a float; infinite if it is beyond the largest one. */
  public float float32() {
    if (digits > MAX_DIGITS) {
      return longFloat32();
    }
    float magnitude = DecimalRounding.toFloat(significand, exponent);
    return negative ? -magnitude : magnitude;
  }

  /** The number as a double; infinite if it is beyond the largest one. */
  public double float64() {
    if (digits > MAX_DIGITS) {
      return longFloat64();
    }
    double magnitude = DecimalRounding.toDouble(significand, exponent);
    return negative ? -magnitude : magnitude;
  }

  /** Whether the number is whole and lies in a range; then {@link #whole} is its value. */
  public boolean isWhole(long least, long most) {
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
    if (power < 0 || power >= EightDigits.POWERS.length) {
      return false;
    }
    if (power > 0) {
      if (integer < 0 || Math.multiplyHigh(integer, EightDigits.POWERS[power]) != 0) {
        return false;
      }
      integer *= EightDigits.POWERS[power];
    }
    if (integer < 0 && !(negative && integer == Long.MIN_VALUE)) {
      return false;
    }
    whole = negative ? -integer : integer;
    return whole >= least && whole <= most;
  }

  /** The value that {@link #isWhole} found. */
  public long whole() {
    return whole;
  }

  private float longFloat32() {
    int cut = cutToMaxDigits();
    float least = DecimalRounding.toFloat(significand, exponent);
    if (cut != 0 && least != DecimalRounding.toFloat(significand + 1, exponent)) {
      return Float.parseFloat(literal());
    }
    return negative ? -least : least;
  }

  private double longFloat64() {
    int cut = cutToMaxDigits();
    double least = DecimalRounding.toDouble(significand, exponent);
    if (cut != 0 && least != DecimalRounding.toDouble(significand + 1, exponent)) {
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

  /** Makes the significand of the first digits that count; returns how many but zeros it cut. */
  private int cutToMaxDigits() {
    long integer = 0;
    int taken = 0;
    int left = 0;
    int cut = 0;
    for (int at = start; at < behind && (bytes[at] | 0x20) != 'e'; at++) {
      int digit = bytes[at] - '0';
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
  private int digits(int at) {
    if (at > lastWord) {
      return lastDigits(at);
    }
    long chunk = EightDigits.chunk(bytes, at);
    int count = EightDigits.count(chunk);
    if (count == Long.BYTES) {
      return manyDigits(at);
    }
    significand = EightDigits.append(significand, chunk, count);
    return at + count;
  }

  private int manyDigits(int from) {
    int at = from;
    while (at <= lastWord) {
      long chunk = EightDigits.chunk(bytes, at);
      if (EightDigits.count(chunk) < Long.BYTES) {
        return digits(at);
      }
      significand = EightDigits.append(significand, chunk);
      at += Long.BYTES;
    }
    return lastDigits(at);
  }

  private int lastDigits(int from) {
    int at = from;
    while (at < end && isDigit(bytes[at])) {
      significand = significand * 10 + bytes[at++] - '0';
    }
    return at;
  }

  private static boolean isDigit(byte found) {
    return found >= '0' && found <= '9';
  }

  private int exponent(int from) {
    int at = from;
    boolean below = at < end && bytes[at] == '-';
    if (below || (at < end && bytes[at] == '+')) {
      at++;
    }
    int first = at;
    int value = 0;
    while (at < end && isDigit(bytes[at])) {
      value = value < MAX_EXPONENT ? value * 10 + bytes[at] - '0' : value;
      at++;
    }
    if (at == first) {
      throw wanted("a digit in the exponent", at);
    }
    exponent += below ? -value : value;
    return at;
  }

  private void requireInteger(int first, int at) {
    if (at == first) {
      throw wanted(negative ? "a digit behind the minus" : "a value", at);
    }
    if (bytes[first] == '0' && at - first > 1) {
      in.position = first;
      throw in.malformed("a number has a zero in front");
    }
  }

  private void requireFraction(int power, int at) {
    if (power == 0) {
      throw wanted("a digit behind the point", at);
    }
  }

  private void requireLength(int length, int from) {
    if (length > maxLength) {
      in.position = from;
      throw in.limit("a number is longer than maxNumberLength " + maxLength);
    }
  }

  private MalformedJsonException wanted(String what, int at) {
    in.position = at;
    return in.unexpected(what);
  }

  private String literal() {
    return (negative ? "-" : "") + new String(bytes, start, behind - start, ISO_8859_1);
  }
}
