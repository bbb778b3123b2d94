package io.github.vertexj.envelope;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

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
