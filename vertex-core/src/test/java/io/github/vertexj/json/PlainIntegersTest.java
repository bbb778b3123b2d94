package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Integers and doubles on the fast way, and what must leave it. */
final class PlainIntegersTest {
  /** Keeps what stands before it away from the end of the body, where the fast way is not taken. */
  private static final String TAIL = ", 1".repeat(40);

  private static final TensorType[] TYPES = TensorType.values();

  private static EnvelopeReader<Tensor> reader(TensorType type) {
    return EnvelopeReader.of(
        InstanceReader.tensor(TensorSpec.of(type)), EnvelopeRules.DEFAULT, BytePool.of(0));
  }

  private static Tensor read(TensorType type, List<String> numbers, String separator) {
    String body = "{\"instances\": [[0, " + String.join(separator, numbers) + TAIL + "]]}";
    byte[] bytes = body.getBytes(US_ASCII);
    return reader(type)
        .read(bytes, 0, bytes.length)
        .instances()
        .get(0); // not closed: still readable
  }

  private static void assertReadAs(TensorType type, String number, long value) {
    Tensor tensor = read(type, List.of("1", number, "1"), ", ");
    assertThat(tensor.integer(2)).as(number).isEqualTo(value);
    assertThat(tensor.integer(3)).as("behind %s", number).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "INT64, 9223372036854775807, 9223372036854775807",
    "INT64, -9223372036854775807, -9223372036854775807",
    "INT64, -9223372036854775808, -9223372036854775808",
    "INT64, 999999999999999999, 999999999999999999",
    "INT64, 1234567812345678, 1234567812345678",
    "INT64, -12345678123456789, -12345678123456789",
    "INT64, 123456781234567.0, 123456781234567",
    "INT64, 9223372036854775807.0, 9223372036854775807",
    "INT64, 1e18, 1000000000000000000",
    "INT64, -0, 0",
    "INT32, 2147483647, 2147483647",
    "INT32, -2147483648, -2147483648",
    "INT32, -2147483648.000, -2147483648",
    "INT32, 1.0, 1",
    "INT32, 12345678, 12345678",
    "INT32, 123456789, 123456789",
    "UINT8, 255, 255",
    "UINT8, -0, 0",
    "UINT8, 2.55e2, 255",
    "BOOL, 1, 1",
    "BOOL, 1.0, 1",
    "BOOL, true, 1",
    "BOOL, false, 0"
  })
  void integer_withinTheRange_isItsValue(TensorType type, String number, long value) {
    assertReadAs(type, number, value);
  }

  @ParameterizedTest
  @CsvSource({
    "INT64, 9223372036854775808",
    "INT64, -9223372036854775809",
    "INT64, 9999999999999999999",
    "INT64, 18446744073709551616",
    "INT64, 18446744073709551617",
    "INT64, 123456781234567812345678",
    "INT64, 12345678123456781234567812345678",
    "INT64, 100000000000000000000000000000001",
    "INT64, 1e400",
    "INT64, 1.5",
    "INT32, 2147483648",
    "INT32, -2147483649",
    "INT32, 4294967296",
    "INT32, 18446744073709551615",
    "INT32, 0.5",
    "UINT8, 256",
    "UINT8, 999",
    "UINT8, 1000",
    "UINT8, 12345678901234567890123",
    "UINT8, -1",
    "UINT8, 1.5",
    "BOOL, 2",
    "BOOL, -1"
  })
  void integer_beyondTheRangeOrBroken_isRefusedAtItsPlace(TensorType type, String number) {
    assertThatThrownBy(() -> read(type, List.of("1", number, "1"), ", "))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("a whole number from ")
        .hasMessageContaining("$.instances[0][2]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"01", "-01", "00", "-", "--1", "+1", "1:", "1/", "0x1", "1_0", "1e", "1 5"})
  void text_thatIsNoNumberOfRfc8259_isRefused(String text) {
    for (TensorType type : TYPES) {
      assertThatThrownBy(() -> read(type, List.of("1", text, "1"), ", "))
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void integers_ofEveryLength_areReadAsTheJdkReadsThem() {
    Random random = new Random(21);
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      numbers.add(Long.toString(random.nextLong() >> random.nextInt(64)));
    }
    for (String separator : List.of(",", ", ", " , ", ",\n  ")) {
      Tensor tensor = read(TensorType.INT64, numbers, separator);
      for (int i = 0; i < numbers.size(); i++) {
        assertThat(tensor.integer(i + 1)).isEqualTo(Long.parseLong(numbers.get(i)));
      }
    }
  }

  @Test
  void numbers_atAnyDistanceFromTheEnd_areReadAsTheJdkReadsThem() {
    Random random = new Random(23);
    for (int sample = 0; sample < 20_000; sample++) {
      TensorType type = TYPES[sample % TYPES.length];
      List<String> numbers = new ArrayList<>();
      for (int i = random.nextInt(12); i >= 0; i--) {
        numbers.add(number(type, random));
      }
      String separator = random.nextBoolean() ? "," : ", ";
      assertReadAsTheJdkReadsThem(type, numbers, separator, random.nextInt(20));
    }
  }

  /** What stands behind the body in its array must not matter: here it goes on with digits. */
  private static void assertReadAsTheJdkReadsThem(
      TensorType type, List<String> numbers, String separator, int slack) {
    String body = "{\"instances\":[[" + String.join(separator, numbers) + "]]}";
    byte[] bytes = (body + "1".repeat(slack)).getBytes(US_ASCII);
    Tensor tensor = reader(type).read(bytes, 0, body.length()).instances().get(0);
    assertThat(tensor.elements()).isEqualTo(numbers.size());
    for (int i = 0; i < numbers.size(); i++) {
      switch (type) {
        case FLOAT32 ->
            assertThat((float) tensor.number(i)).isEqualTo(Float.parseFloat(numbers.get(i)));
        case FLOAT64 -> assertThat(tensor.number(i)).isEqualTo(Double.parseDouble(numbers.get(i)));
        default -> assertThat(tensor.integer(i)).isEqualTo(Long.parseLong(numbers.get(i)));
      }
    }
  }

  private static String number(TensorType type, Random random) {
    return switch (type) {
      case BOOL -> Integer.toString(random.nextInt(2));
      case UINT8 -> Integer.toString(random.nextInt(256) >> random.nextInt(8));
      case INT32 -> Integer.toString(random.nextInt() >> random.nextInt(32));
      case INT64 -> Long.toString(random.nextLong() >> random.nextInt(64));
      case FLOAT32 -> Float.toString((float) random.nextGaussian() * (1 << random.nextInt(20)));
      case FLOAT64 -> Double.toString(random.nextGaussian() * (1 << random.nextInt(20)));
    };
  }

  @Test
  void doubles_hardAndAsProgramsPrintThem_areReadAsParseDoubleReadsThem() {
    Random random = new Random(22);
    List<String> numbers =
        new ArrayList<>(
            List.of(
                "0",
                "-0",
                "-0.0",
                "5e-324",
                "2.4703282292062328e-324",
                "1.7976931348623157e308",
                "9007199254740993",
                "9007199254740993.0",
                "9007199254740992.5",
                "0.1",
                "0.3",
                "0.12345678",
                "-1.1234567812345678",
                "123456789.1234567812",
                "0.123456781234567812345678",
                "0.12345678123456781234567812345678",
                "9999999999999999999",
                "0.9999999999999999999",
                "18446744073709551615",
                "1234567890.123456789012345678901234567890",
                "0.000000000000000001",
                "0.0000000000000000000000000000000000001",
                "2.2250738585072011e-308"));
    for (int i = 0; i < 20_000; i++) {
      double value = random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
      numbers.add(Double.toString(value));
      numbers.add(new BigDecimal(value).toPlainString());
      numbers.add(Double.toString(random.nextDouble()));
    }
    Tensor tensor = read(TensorType.FLOAT64, numbers, ", ");
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(Double.doubleToRawLongBits(tensor.number(i + 1)))
          .as(numbers.get(i))
          .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(numbers.get(i))));
    }
  }

  @Test
  void number_longerThanTheLimit_isRefusedThoughPlain() {
    byte[] body = ("{\"instances\": [[1, 12345" + TAIL + "]]}").getBytes(US_ASCII);
    EnvelopeReader<Tensor> reader =
        EnvelopeReader.of(
            InstanceReader.tensor(TensorSpec.of(TensorType.INT64)),
            EnvelopeRules.DEFAULT
                .json(new JsonRules(10, 4, 10, Integer.MAX_VALUE, false))
                .maxInstances(10),
            BytePool.of(0));
    assertThatThrownBy(() -> reader.read(body, 0, body.length))
        .hasMessageContaining("maxNumberLength 4");
  }
}
