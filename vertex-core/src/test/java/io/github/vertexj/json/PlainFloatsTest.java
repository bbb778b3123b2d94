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
import io.github.vertexj.envelope.PredictRequest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainFloatsTest {
  /** Keeps what stands before it away from the end of the body, where the fast way is not taken. */
  private static final String TAIL = ", 0.5".repeat(20);

  private static final EnvelopeReader<Tensor> READER =
      EnvelopeReader.of(
          InstanceReader.tensor(TensorSpec.of(TensorType.FLOAT32)),
          EnvelopeRules.DEFAULT,
          BytePool.of(1 << 20));

  private static float[] read(List<String> numbers, String separator) {
    String body = "{\"instances\": [[0.5, " + String.join(separator, numbers) + TAIL + "]]}";
    byte[] bytes = body.getBytes(US_ASCII);
    try (PredictRequest<Tensor> request = READER.read(bytes, 0, bytes.length)) {
      float[] all = request.instances().get(0).toFloats();
      float[] wanted = new float[numbers.size()];
      System.arraycopy(all, 1, wanted, 0, wanted.length);
      return wanted;
    }
  }

  private static void assertReadAsParseFloat(List<String> numbers, String separator) {
    float[] values = read(numbers, separator);
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.floatToRawIntBits(values[i]))
          .as(numbers.get(i))
          .isEqualTo(Float.floatToRawIntBits(Float.parseFloat(numbers.get(i))));
    }
  }

  @Test
  void numbers_ofEveryLengthBeforeAndBehindThePoint_areReadAsParseFloatReadsThem() {
    Random random = new Random(11);
    List<String> numbers = new ArrayList<>();
    for (int whole = 1; whole <= 25; whole++) {
      for (int fraction = 0; fraction <= 25; fraction++) {
        for (int sample = 0; sample < 10; sample++) {
          String digits = digits(random, whole);
          String front = whole > 1 && digits.charAt(0) == '0' ? "1" + digits.substring(1) : digits;
          String behind = fraction == 0 ? "" : "." + digits(random, fraction);
          numbers.add((random.nextBoolean() ? "-" : "") + front + behind);
        }
      }
    }
    for (String separator : List.of(",", ", ", " , ", ",\n  ")) {
      assertReadAsParseFloat(numbers, separator);
    }
  }

  @Test
  void numbers_halfWayBetweenFloatsOrNextToIt_areRoundedToNearestEven() {
    Random random = new Random(12);
    List<String> numbers = new ArrayList<>();
    for (int sample = 0; sample < 2_000; sample++) {
      float below = random.nextFloat() * (1 << random.nextInt(24));
      BigDecimal half =
          new BigDecimal(below).add(new BigDecimal(Math.ulp(below)).divide(BigDecimal.valueOf(2)));
      BigDecimal least = new BigDecimal("1e-18");
      numbers.add(half.toPlainString());
      numbers.add(half.add(least).toPlainString());
      numbers.add(half.subtract(least).toPlainString());
    }
    assertReadAsParseFloat(numbers, ", ");
  }

  @Test
  void numbers_asProgramsPrintThem_areReadAsParseFloatReadsThem() {
    Random random = new Random(13);
    List<String> numbers =
        new ArrayList<>(List.of("0", "-0", "-0.0", "0.0", "1e5", "1.5E-7", "255"));
    for (int sample = 0; sample < 5_000; sample++) {
      numbers.add(Double.toString(random.nextGaussian()));
      numbers.add(Float.toString((float) random.nextGaussian() * 1e3f));
    }
    assertReadAsParseFloat(numbers, ", ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01", "-01.5", "00.5", "1.", "-1.", ".5", "-.5", "-", "--1", "+1", "1.5.5", "1.-5", "1:5",
        "1/5", "1.5:", "1.5/", "0x1", "1.5e", "NaN", "1_0", "1.5f", "1 5"
      })
  void text_thatIsNoNumberOfRfc8259_isRefusedAtItsPlaceInTheRow(String text) {
    assertThatThrownBy(() -> read(List.of("0.25", "1.5", text, "0.75"), ", "))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void row_oneLongerThanTheOthers_isRefusedAtTheElementTooMany() {
    String row = String.join(", ", Collections.nCopies(40, "0.5"));
    byte[] body = ("{\"instances\": [[[" + row + "], [" + row + ", 0.5]]]}").getBytes(US_ASCII);
    assertThatThrownBy(() -> READER.read(body, 0, body.length))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("$.instances[0][1][40]");
  }

  private static String digits(Random random, int count) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append((char) ('0' + random.nextInt(10)));
    }
    return digits.toString();
  }
}
