package io.github.vertexj.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberWriterTest {
  private static final int RANDOM_NUMBERS = 2_000_000;
  private static final int SEARCHED_NUMBERS = 20_000;

  private final byte[] out = new byte[2 * NumberWriter.MAX_BYTES];

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1.0",
    "-1, -1.0",
    "0.1, 0.1",
    "-0.25, -0.25",
    "0.001, 0.001",
    "0.00099, 9.9e-4",
    "1234567, 1234567.0",
    "9999999, 9999999.0",
    "10000000, 1e7",
    "12345678, 1.2345678e7",
    "123456.789, 123456.789",
    "9999999.5, 9999999.5",
    "1e10, 1e10",
    "1.2e-7, 1.2e-7",
    "1e23, 1e23",
    "2e-3, 0.002",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    "1.7976931348623157e308, 1.7976931348623157e308",
    "4.9e-324, 5e-324",
    "9.88e-324, 1e-323",
    "9007199254740992, 9.007199254740992e15",
  })
  void write_double_shortestForm(double value, String expected) {
    assertThat(written(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "0.1, 0.1",
    "0.33333334, 0.33333334",
    "0.001, 0.001",
    "16777216, 1.6777216e7",
    "8388607.5, 8388607.5",
    "3.4028235e38, 3.4028235e38",
    "1.17549435e-38, 1.1754944e-38",
    "1.4e-45, 1e-45",
    "2.8e-45, 3e-45",
    "1e10, 1e10",
    "3.3554448e7, 3.355445e7",
  })
  void write_float_shortestForm(float value, String expected) {
    assertThat(written(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void write_notFinite_refused(double value) {
    assertThatIllegalArgumentException().isThrownBy(() -> NumberWriter.write(value, out, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NumberWriter.write((float) value, out, 0));
  }

  /** Each is halfway between two doubles, next to such a point, or was once misprinted by a JDK. */
  @ParameterizedTest
  @ValueSource(
      doubles = {
        2.0E-3,
        2.2E-322,
        2.98023223876953125E-8,
        8.41E21,
        9.5E-322,
        2.0E23,
        8.5E-322,
        9.0E-323,
        1.0E23,
        5.0E-324,
        2.2250738585072011E-308,
        2.2250738585072012E-308,
        9007199254740991.0,
        9007199254740993.0,
        1.9430376160308388E16,
        9.5367431640625E-7,
        4.4501477170144023E-308,
        1.1E-322,
      })
  void write_hardDouble_readsBackEqual(double value) {
    verify(value);
    verify(Math.nextUp(value));
    verify(Math.nextDown(value));
  }

  @Test
  void write_everyPowerOfTwoAndItsNeighbours_readBackEqual() {
    for (int exponent = Double.MIN_EXPONENT - 52; exponent <= Double.MAX_EXPONENT; exponent++) {
      double power = Math.scalb(1.0, exponent);
      verify(power);
      verify(Math.nextUp(power));
      verify(Math.nextDown(power));
    }
  }

  @Test
  void write_everyPowerOfTenAndItsNeighbours_readBackEqual() {
    for (int exponent = -323; exponent <= 308; exponent++) {
      double power = Double.parseDouble("1e" + exponent);
      assertThat(written(power).replace(".0", "").length()).isLessThanOrEqualTo(7);
      verify(power);
      verify(Math.nextUp(power));
      verify(Math.nextDown(power));
    }
  }

  @Test
  void write_randomDoubles_readBackEqualAndAreNeverLongerThanTheJdks() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < RANDOM_NUMBERS; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        verify(value);
      }
    }
  }

  @Test
  void write_randomFractionsAndShortDecimals_readBackEqual() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < RANDOM_NUMBERS / 4; i++) {
      verify(random.nextDouble());
      verify((float) random.nextDouble());
      verify(random.nextDouble(-1e8, 1e8));
      verify((float) random.nextDouble(-1e8, 1e8));
      verify(random.nextInt(100_000_000) / 1e6);
      verify(random.nextInt(100_000_000) / 1e6f);
    }
  }

  @Test
  void write_randomMantissasAtEveryFloatExponent_readBackEqual() {
    SplittableRandom random = new SplittableRandom(3);
    for (int exponent = 0; exponent < 255; exponent++) {
      verify(Float.intBitsToFloat(exponent << 23));
      verify(Float.intBitsToFloat(exponent << 23 | 0x7F_FFFF));
      for (int i = 0; i < RANDOM_NUMBERS / 255; i++) {
        verify(Float.intBitsToFloat(exponent << 23 | random.nextInt(1 << 23)));
      }
    }
  }

  @Test
  void write_randomDoubles_noShorterDecimalExistsAndNoneOfThatLengthIsNearer() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < SEARCHED_NUMBERS; i++) {
      double value = Double.longBitsToDouble(random.nextLong() >>> 1);
      if (Double.isFinite(value)) {
        assertThat(new BigDecimal(written(value)))
            .isEqualByComparingTo(
                shortest(new BigDecimal(value), text -> Double.parseDouble(text) == value));
      }
    }
  }

  @Test
  void write_randomFloats_noShorterDecimalExistsAndNoneOfThatLengthIsNearer() {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < SEARCHED_NUMBERS; i++) {
      float value = Float.intBitsToFloat(random.nextInt() >>> 1);
      if (Float.isFinite(value)) {
        assertThat(new BigDecimal(written(value)))
            .isEqualByComparingTo(
                shortest(new BigDecimal(value), text -> Float.parseFloat(text) == value));
      }
    }
  }

  /**
   * The long form, some ten minutes: {@code mvn verify -Dtest=NumberWriterTest -DallFloats=true}.
   */
  @Test
  @EnabledIfSystemProperty(named = "allFloats", matches = "true")
  void write_allFloats_readBackEqual() {
    long wrong =
        IntStream.range(0, 0x7F80)
            .parallel()
            .mapToLong(upper -> wrongAmong(upper << 16, (upper << 16) + 0x1_0000))
            .sum();
    assertThat(wrong).isZero();
  }

  @Test
  void powersOfTen_logarithms_areExactForEveryExponentInUse() {
    for (int q = -1074; q <= 971; q++) {
      BigDecimal power = power(2, q);
      assertThat(PowersOfTen.floorLog10OfPow2(q)).isEqualTo(floorLog10(power));
      assertThat(PowersOfTen.floorLog10OfThreeQuartersPow2(q))
          .isEqualTo(floorLog10(power.multiply(new BigDecimal("0.75"))));
    }
    for (int e = -PowersOfTen.MAX; e <= -PowersOfTen.MIN; e++) {
      int n = PowersOfTen.floorLog2OfPow10(e);
      assertThat(power(2, n)).isLessThanOrEqualTo(power(10, e));
      assertThat(power(2, n + 1)).isGreaterThan(power(10, e));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 99, 100, 12345, -1, Integer.MIN_VALUE, Long.MAX_VALUE})
  void digits_integers_asTheJdkWritesThem(long value) {
    assertThat(writtenInteger(value)).isEqualTo(Long.toString(value));
    assertThat(writtenInteger(-value)).isEqualTo(Long.toString(-value));
  }

  @Test
  void digits_smallAndRandomIntegers_asTheJdkWritesThem() {
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 100_000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      assertThat(writtenInteger(value)).isEqualTo(Long.toString(value));
      assertThat(writtenInteger(i)).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void digits_everyPowerOfTenAndLeastLong_asTheJdkWritesThem() {
    for (long power = 1; power < Long.MAX_VALUE / 10; power *= 10) {
      assertThat(writtenInteger(-power)).isEqualTo(Long.toString(-power));
      assertThat(writtenInteger(power)).isEqualTo(Long.toString(power));
      assertThat(writtenInteger(power - 1)).isEqualTo(Long.toString(power - 1));
    }
    assertThat(writtenInteger(Long.MIN_VALUE)).isEqualTo(Long.toString(Long.MIN_VALUE));
  }

  @Test
  void digits_aroundPowersOfTwo_asTheJdkWritesThemInTheRoomTheySayTheyNeed() {
    for (int bits = 0; bits < 64; bits++) {
      for (long value = (1L << bits) - 2; value != (1L << bits) + 2; value++) {
        byte[] room = new byte[IntegerWriter.MAX_BYTES];
        int end = IntegerWriter.write(value, room, 0);
        assertThat(text(room, end)).isEqualTo(Long.toString(value));
        assertThat(room[end]).isEqualTo((byte) ',');
        end = IntegerWriter.write(-value, room, 0);
        assertThat(text(room, end)).isEqualTo(Long.toString(-value));
        assertThat(room[end]).isEqualTo((byte) ',');
      }
    }
  }

  @Test
  void digits_aroundMultiplesOfEightDigits_asTheJdkWritesThem() {
    for (long unit = 1; unit <= 10_000_000_000_000_000L; unit *= 100_000_000) {
      for (long factor : new long[] {1, 9, 10, 99, 100, 922, 999, 1000, 1001, 99_999_999}) {
        if (Math.multiplyHigh(unit, factor) == 0 && unit * factor > 0) {
          for (long value = unit * factor - 2; value < unit * factor + 2; value++) {
            assertThat(writtenInteger(value)).isEqualTo(Long.toString(value));
            assertThat(writtenInteger(-value)).isEqualTo(Long.toString(-value));
          }
        }
      }
    }
  }

  @Test
  void write_randomSubnormals_readBackEqual() {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < RANDOM_NUMBERS / 10; i++) {
      verify(Double.longBitsToDouble(random.nextLong() >>> random.nextInt(12, 64)));
      verify(Float.intBitsToFloat(random.nextInt() >>> random.nextInt(9, 32)));
    }
  }

  /** Where the decimal gets one digit more, or is as long as can be. */
  @Test
  void write_aroundPowersOfTenOfAllLengths_readBackEqual() {
    for (int exponent = -50; exponent <= 20; exponent++) {
      for (int digits = 1; digits <= 17; digits++) {
        String nines = "9".repeat(digits) + "e" + exponent;
        verify(Double.parseDouble(nines));
        verify(Math.nextUp(Double.parseDouble(nines)));
        verify(Double.parseDouble("1" + "0".repeat(digits - 1) + "1e" + exponent));
        verify(Float.parseFloat(nines));
        verify(Math.nextDown(Float.parseFloat(nines)));
      }
    }
  }

  private void verify(double value) {
    String text = written(value);
    if (Double.doubleToRawLongBits(Double.parseDouble(text)) != Double.doubleToRawLongBits(value)
        || text.length() > Double.toString(value).length()) {
      throw new AssertionError(value + " was written as " + text);
    }
  }

  private void verify(float value) {
    String text = written(value);
    if (Float.floatToRawIntBits(Float.parseFloat(text)) != Float.floatToRawIntBits(value)
        || text.length() > Float.toString(value).length()) {
      throw new AssertionError(value + " was written as " + text);
    }
  }

  private static long wrongAmong(int from, int to) {
    byte[] out = new byte[NumberWriter.MAX_BYTES + 1];
    long wrong = 0;
    for (int bits = from; bits < to; bits++) {
      float value = Float.intBitsToFloat(bits);
      int end = NumberWriter.write(value, out, 0);
      wrong += Float.parseFloat(text(out, end)) == value ? 0 : 1;
      byte first = out[0];
      int negative = NumberWriter.write(-value, out, 0);
      wrong += negative == end + 1 && out[0] == '-' && out[1] == first ? 0 : 1;
    }
    return wrong;
  }

  /** The nearest of the shortest decimals that read back equal, by trying every length. */
  private static BigDecimal shortest(BigDecimal exact, Predicate<String> equal) {
    for (int digits = 1; ; digits++) {
      BigDecimal below = exact.round(new MathContext(digits, RoundingMode.DOWN));
      BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
      boolean belowFits = equal.test(below.toString());
      boolean aboveFits = equal.test(above.toString());
      if (belowFits && aboveFits) {
        return exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      }
      if (belowFits || aboveFits) {
        return belowFits ? below : above;
      }
    }
  }

  private static BigDecimal power(int base, int exponent) {
    BigDecimal power = new BigDecimal(BigInteger.valueOf(base).pow(Math.abs(exponent)));
    return exponent >= 0
        ? power
        : base == 10
            ? BigDecimal.ONE.movePointLeft(-exponent)
            : new BigDecimal("0.5").pow(-exponent);
  }

  private static int floorLog10(BigDecimal value) {
    return value.precision() - value.scale() - 1;
  }

  private String written(double value) {
    return text(out, NumberWriter.write(value, out, 0));
  }

  private String written(float value) {
    return text(out, NumberWriter.write(value, out, 0));
  }

  private String writtenInteger(long value) {
    int end = IntegerWriter.write(value, out, 0);
    String text = text(out, end);
    assertThat(out[end]).isEqualTo((byte) ',');
    if (value == (int) value) {
      assertThat(text(out, IntegerWriter.write((int) value, out, 0))).isEqualTo(text);
    }
    return text;
  }

  private static String text(byte[] bytes, int end) {
    return new String(bytes, 0, end, StandardCharsets.US_ASCII);
  }
}
