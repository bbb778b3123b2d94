package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NumberScannerTest {
  private static final int RANDOM_NUMBERS = 1_000_000;

  /** Each has once been read wrongly by some reader of numbers, or is where one would slip. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "-0.0",
        "0e5",
        "-0E-400",
        "0.1",
        "0.3",
        "100",
        "123456789",
        "16777216",
        "16777217", // half-way between two floats
        "16777219",
        "16777217.000000000000000000000000001",
        "33554433.0",
        "9007199254740992",
        "9007199254740993", // half-way between two doubles
        "9007199254740995",
        "9007199254740993.0000000000000000000000000000000000001",
        "9007199254740992.9999999999999999999999999999999999999",
        "9223372036854775807",
        "9999999999999999999", // 19 digits, above a signed long
        "18446744073709551615",
        "18446744073709551616", // 20 digits
        "123456789012345678901234567890",
        "0.00000000000000000000000000000000000000000000000000123456789",
        "1e22",
        "1e23",
        "8.5e22",
        "1e-22",
        "1e-23",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308", // beyond half of the last step: infinite
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017",
        "2.2250738585072014e-308", // the least normal double
        "2.2250738585072011e-308", // just below: it once hung a well-known runtime
        "2.225073858507201e-308",
        "4.9e-324",
        "5e-324",
        "2.4703282292062327e-324", // just below half of the least double
        "2.4703282292062328e-324",
        "2.47032822920623272088284396434110686182e-324", // just above it
        "1e-400",
        "1e400",
        "-1e400",
        "1e2147483648",
        "1e-2147483648",
        "0e99999999999999999999",
        "3.4028234663852886e38", // the largest float
        "3.4028235677973366e38", // half a step above
        "3.4028235677973362e38",
        "3.5e38",
        "1e39",
        "1.17549435e-38", // the least normal float
        "1.1754942e-38",
        "1.401298464324817e-45",
        "7.006492321624085e-46", // half of the least float
        "7.006492321624086e-46",
        "7.0064923216240853546186479164495806564013097093825788587853e-46",
        "1.00000017881393432617187499", // around the middle of two floats
        "1.00000017881393432617187500",
        "1.00000017881393432617187501",
        "1.000000178813934326171875",
        "7.2057594037927933e16",
        "5.9604644775390625e-8",
        "0.000000000000000000000000000000000000011754943508222875079687365372222456778186655567720875",
        "6.02214076e23",
        "9.5367431640625e-7",
        "12345678",
        "1234567.8",
        "0.12345678",
        "0.1234567812345678",
        "12345678.12345678e-3",
        "1e+5",
        "1E5",
        "1e05",
        "31.4159265358979323846264338327950288e-1"
      })
  void floats_hardCases_areTheNearest(String number) {
    assertNearest(number);
  }

  @Test
  void floats_anyDoublesAndFloats_areTheNearest() {
    SplittableRandom random = new SplittableRandom(20_240_229);
    for (int i = 0; i < RANDOM_NUMBERS / 2; i++) { // two numbers each, each read as both types
      double anyDouble = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(anyDouble)) {
        assertNearest(Double.toString(anyDouble));
      }
      float anyFloat = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(anyFloat)) {
        assertNearest(Float.toString(anyFloat));
      }
    }
  }

  @Test
  void floats_anyDigitsAndExponents_areTheNearest() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < RANDOM_NUMBERS / 4; i++) {
      String digits = Long.toUnsignedString(random.nextLong() >>> random.nextInt(64));
      assertNearest(digits + "e" + random.nextInt(-360, 330));
      assertNearest("-0." + digits);
      assertNearest(random.nextInt(100_000) + "." + digits);
    }
  }

  @Test
  void floats_aroundMiddles_areTheNearest() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < RANDOM_NUMBERS / 100; i++) {
      double below = Double.longBitsToDouble(random.nextLong());
      float belowFloat = Float.intBitsToFloat(random.nextInt());
      if (Double.isFinite(below) && Float.isFinite(belowFloat)) {
        assertAround(middle(new BigDecimal(below), Math.nextUp(below)));
        assertAround(middle(new BigDecimal(belowFloat), Math.nextUp(belowFloat)));
      }
    }
  }

  private static BigDecimal middle(BigDecimal below, double above) {
    return Double.isInfinite(above)
        ? below
        : below.add(new BigDecimal(above)).divide(BigDecimal.valueOf(2));
  }

  private static void assertAround(BigDecimal middle) {
    assertNearest(middle.toString());
    assertNearest(middle.add(middle.ulp()).toString());
    assertNearest(middle.subtract(middle.ulp()).toString());
    assertNearest(middle.round(new MathContext(19, RoundingMode.DOWN)).toString());
    assertNearest(middle.round(new MathContext(25, RoundingMode.UP)).toString());
  }

  /**
   * Compares bits, so that the sign of zero counts; plain ifs, as assertions would take minutes.
   */
  private static void assertNearest(String number) {
    float nearestFloat = Float.parseFloat(number);
    if (Float.floatToRawIntBits(scan(number).float32()) != Float.floatToRawIntBits(nearestFloat)) {
      assertThat(scan(number).float32()).as(number).isEqualTo(nearestFloat);
    }
    double nearest = Double.parseDouble(number);
    if (Double.doubleToRawLongBits(scan(number).float64()) != Double.doubleToRawLongBits(nearest)) {
      assertThat(scan(number).float64()).as(number).isEqualTo(nearest);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "7, 7",
    "1.0, 1",
    "1e2, 100",
    "10.50e1, 105",
    "-3.000E+0, -3",
    "1200e-2, 12",
    "0e999999999999, 0",
    "0.000, 0",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
    "9223372036854775807.000000000000000000000000, 9223372036854775807",
    "-9223372036854775808.0, -9223372036854775808",
    "922337203685477580.7e1, 9223372036854775807",
    "92233720368547758070000000000e-10, 9223372036854775807",
    "0.00000000000000000000000001e26, 1",
    "100000000000000000000000000000000000000e-38, 1",
  })
  void isWhole_wholeNumberHoweverWritten_isItsValue(String number, long value) {
    NumberScanner scanner = scan(number);

    assertThat(scanner.isWhole(Long.MIN_VALUE, Long.MAX_VALUE)).isTrue();
    assertThat(scanner.whole()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.5",
        "1.0000000000000000000000000000000001",
        "105e-1",
        "1e-400",
        "9223372036854775808",
        "-9223372036854775809",
        "9223372036854775807.5",
        "18446744073709551615",
        "18446744073709551617",
        "1e19",
        "1e400",
        "123456789012345678901234567890",
        "1.5e1999999999",
        "123456789012345678901234567890e-99999999999"
      })
  void isWhole_fractionOrBeyondLong_isRefused(String number) {
    assertThat(scan(number).isWhole(Long.MIN_VALUE, Long.MAX_VALUE)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"255, true", "255.0, true", "256, false", "-1, false", "0, true", "-0.0, true"})
  void isWhole_range_isClosed(String number, boolean inside) {
    assertThat(scan(number).isWhole(0, 255)).isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "+1", ".5", "-.5", "1.", "1.e5", "01", "-01", "00", "1e", "1e+", "1E-", "x"
      })
  void scan_notANumber_isRefused(String text) {
    assertThatThrownBy(() -> scan(text)).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void scan_digitsBehindTheEnd_areNotRead() {
    byte[] bytes = "12345678901234567890".getBytes(US_ASCII);
    for (int length = 1; length < bytes.length; length++) {
      JsonScanner in = new JsonScanner(bytes, 0, length, JsonRules.DEFAULT);
      in.number().scan();
      assertThat(in.position).isEqualTo(length);
    }
  }

  private static NumberScanner scan(String number) {
    byte[] bytes = number.getBytes(US_ASCII);
    JsonScanner in = new JsonScanner(bytes, 0, bytes.length, JsonRules.DEFAULT);
    in.number().scan();
    return in.number();
  }
}
