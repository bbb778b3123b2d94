package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Eight digits at a time, as they are read and as they are written. */
final class EightDigitsTest {
  private static final int LIMIT = 100_000_000;

  @Test
  void count_anyByteAtAnyPlace_isTheNumberOfDigitsBefore() {
    for (int place = 0; place < 8; place++) {
      for (int found = 0; found < 256; found++) {
        for (byte neighbour : "09, -.]e\u007f".getBytes(US_ASCII)) {
          byte[] bytes = "90909090".getBytes(US_ASCII);
          bytes[place] = (byte) found;
          if (place < 7) {
            bytes[place + 1] = neighbour;
          }
          assertThat(EightDigits.count(EightDigits.chunk(bytes, 0))).isEqualTo(digits(bytes));
        }
      }
    }
  }

  private static int digits(byte[] bytes) {
    int digits = 0;
    while (digits < 8 && bytes[digits] >= '0' && bytes[digits] <= '9') {
      digits++;
    }
    return digits;
  }

  @Test
  void append_noneToEightDigits_isTheLongerNumber() {
    long chunk = EightDigits.chunk("98765432".getBytes(US_ASCII), 0);
    for (int digits = 0; digits < 8; digits++) {
      assertThat(EightDigits.append(12_345, chunk, digits))
          .isEqualTo(Long.parseLong("12345" + "98765432".substring(0, digits)));
    }
    assertThat(EightDigits.append(12_345, chunk)).isEqualTo(1_234_598_765_432L);
  }

  @Test
  void count_ofFourBytes_isTheNumberOfDigitsBeforeAnyOther() {
    for (int place = 0; place < 4; place++) {
      for (int found = 0; found < 256; found++) {
        byte[] bytes = "90909090".getBytes(US_ASCII);
        bytes[place] = (byte) found;
        assertThat(EightDigits.count(EightDigits.shortChunk(bytes, 0)))
            .isEqualTo(Math.min(4, digits(bytes)));
      }
    }
  }

  @Test
  void endAndNumber_ofNoneToNineteenDigits_areWhatTheJdkFinds() {
    SplittableRandom random = new SplittableRandom(9);
    for (int sample = 0; sample < 100_000; sample++) {
      int digits = sample % 20;
      StringBuilder text = new StringBuilder("x");
      for (int i = 0; i < digits; i++) {
        text.append((char) ('0' + random.nextInt(10)));
      }
      byte behind = (byte) ",.]e \u007f-/:".charAt(random.nextInt(9));
      byte[] bytes =
          (text.toString() + (char) behind + "123456781234567812345678").getBytes(US_ASCII);
      assertThat(EightDigits.end(bytes, 1)).as(text.toString()).isEqualTo(1 + digits);
      long value = digits == 0 ? 0 : Long.parseUnsignedLong(text.substring(1));
      assertThat(EightDigits.number(bytes, 1, digits)).as(text.toString()).isEqualTo(value);
      if (digits < 4) {
        int chunk = EightDigits.shortChunk(bytes, 1);
        assertThat(EightDigits.number(chunk, digits)).as(text.toString()).isEqualTo((int) value);
      }
    }
  }

  @Test
  void end_ofTwentyDigitsAndMore_isBehindTwenty() {
    byte[] bytes = "1".repeat(40).getBytes(US_ASCII);
    assertThat(EightDigits.end(bytes, 3)).isEqualTo(23);
  }

  @ParameterizedTest
  @CsvSource({"',1',1", "', 1',2", "',  ',2", "',]',1", "' ,',0", "'1,',0", "'],',0", "'-,',0"})
  void behindComma_passesOneSpaceAtMost(String bytes, int place) {
    assertThat(EightDigits.behindComma(bytes.getBytes(US_ASCII), 0)).isEqualTo(place);
  }

  @Test
  void split_everyNumberOfEightDigits_readsBackEqual() {
    long wrong = 0;
    byte[] bytes = new byte[8];
    for (int value = 0; value < LIMIT; value++) {
      Digits.write(Digits.split(value), bytes, 0);
      long chunk = EightDigits.chunk(bytes, 0);
      wrong += EightDigits.count(chunk) == 8 && EightDigits.append(0, chunk) == value ? 0 : 1;
    }
    assertThat(wrong).isZero();
  }

  @Test
  void overEightDigits_aroundMultiplesAndAtTheEnd_isTheQuotient() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 1_000_000; i++) {
      long quotient = (random.nextLong() >>> random.nextInt(1, 64)) / LIMIT;
      requireQuotient(quotient * LIMIT);
      requireQuotient(quotient * LIMIT + LIMIT - 1);
    }
    requireQuotient(Long.MAX_VALUE);
    requireQuotient(Long.MAX_VALUE / LIMIT * LIMIT);
    requireQuotient(Long.MAX_VALUE / LIMIT * LIMIT - 1);
  }

  private static void requireQuotient(long value) {
    if (value >= 0 && Digits.overEightDigits(value) != value / LIMIT) {
      throw new AssertionError(value + " over 10^8 was " + Digits.overEightDigits(value));
    }
  }

  @Test
  void firstOfNine_aroundMultiplesOfEightDigits_isTheFirstDigit() {
    for (int first = 0; first < 10; first++) {
      assertThat(Digits.firstOfNine((long) first * LIMIT)).isEqualTo(first);
      assertThat(Digits.firstOfNine((long) first * LIMIT + LIMIT - 1)).isEqualTo(first);
    }
  }

  @Test
  void count_powersOfTenAndTheirNeighbours_isTheNumberOfDigits() {
    for (long power = 1; power < 1_000_000_000_000_000_000L; power *= 10) {
      assertThat(Digits.count(power)).isEqualTo(Long.toString(power).length());
      assertThat(Digits.count(10 * power - 1)).isEqualTo(Long.toString(power).length());
    }
  }
}
