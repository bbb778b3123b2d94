package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** However one text is written, it is the same JSON, whatever texts came before it. */
final class TextWriterTest {
  private static final List<String> PARTS =
      List.of("plain", "\"", "\\", "\n", "\u0001", "\u007f", "\u0080", "é", "ÿ", "Ā", "言", "😀");
  private static final int[] COUNTS = {1, 7, 8, 9, 255, 256, 257, 1100};

  @Test
  void write_everyTextAfterEveryOther_isItsJson() {
    for (String first : PARTS) {
      for (String second : PARTS) {
        for (int count : COUNTS) {
          assertWritten(first, second.repeat(count), first + second.repeat(count), "é", "plain");
        }
      }
    }
  }

  @Test
  void write_randomTexts_areTheirJson() {
    SplittableRandom random = new SplittableRandom(52);
    for (int i = 0; i < 2_000; i++) {
      int kinds = random.nextInt(1, PARTS.size() + 1);
      String[] texts = new String[random.nextInt(1, 8)];
      for (int j = 0; j < texts.length; j++) {
        StringBuilder text = new StringBuilder();
        for (int k = random.nextInt(700); k > 0; k -= 5) {
          text.append(PARTS.get(random.nextInt(kinds)));
        }
        texts[j] = text.toString();
      }
      assertWritten(texts);
    }
  }

  @Test
  void write_surrogateAlone_isAQuestionMarkWhereverItStands() {
    for (int before : new int[] {0, 1, 255, 256}) {
      String latin = "é".repeat(before);
      for (String alone : List.of("\ud83d", "\ude00", "\ude00\ud83d")) {
        assertThat(written("é", latin + alone + "x"))
            .isEqualTo("\"é\"\"" + latin + "?".repeat(alone.length()) + "x\"");
      }
    }
  }

  private static void assertWritten(String... texts) {
    StringBuilder expected = new StringBuilder();
    for (String text : texts) {
      expected.append('"');
      text.codePoints().forEach(letter -> expected.append(escaped(letter)));
      expected.append('"');
    }
    assertThat(written(texts)).isEqualTo(expected.toString());
  }

  private static String written(String... texts) {
    PooledBuffer buffer = PooledBuffer.unpooled(16);
    for (String text : texts) {
      buffer.appendText(text);
    }
    return new String(buffer.toBytes(), UTF_8);
  }

  private static String escaped(int letter) {
    return switch (letter) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case 1 -> "\\u0001";
      default -> Character.toString(letter);
    };
  }
}
