package io.github.vertexj.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopSequencesTest {

  @Test
  void text_withoutStops_isNotHeldBack() {
    StopSequences none = new StopSequences(List.of());
    assertThat(none.append("any")).isEqualTo("any");
    assertThat(none.append("")).isEmpty();
    assertThat(none.rest()).isEmpty();
    assertThat(none.found()).isFalse();
  }

  @Test
  void stop_acrossPieces_isLeftOut() {
    StopSequences stops = new StopSequences(List.of("\nUser:"));
    assertThat(stops.append("yes\n")).isEqualTo("yes");
    assertThat(stops.append("Us")).isEmpty();
    assertThat(stops.append("er: and more")).isEmpty();
    assertThat(stops.found()).isTrue();
    assertThat(stops.rest()).isEmpty();
  }

  @Test
  void beginningOfStop_thatGoesOnOtherwise_isSentLate() {
    StopSequences stops = new StopSequences(List.of("aab"));
    assertThat(stops.append("xa")).isEqualTo("x");
    assertThat(stops.append("a")).isEmpty();
    assertThat(stops.append("a")).isEqualTo("a");
    assertThat(stops.append("c")).isEqualTo("aac");
    assertThat(stops.append("aa")).isEmpty();
    assertThat(stops.rest()).isEqualTo("aa");
  }

  @Test
  void surrogatePair_acrossPieces_staysWhole() {
    StopSequences stops = new StopSequences(List.of());
    assertThat(stops.append("a\ud83d")).isEqualTo("a");
    assertThat(stops.append("\ude00")).isEqualTo("\ud83d\ude00");
    assertThat(stops.append("\ud83d")).isEmpty();
    assertThat(stops.rest()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "abc, b|abc, a", // complete first
    "abcd, bc|abc, ''", // complete at the same time: the longer one
    "xxab, ab|xxabc, xx",
    "aaab, aab, a",
    "mississippi, issip, miss",
    "nothing, zz, nothing",
    "end, end, ''",
  })
  void reply_cutAnywhere_isTheSame(String text, String stops, String reply) {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      StopSequences sequences = new StopSequences(List.of(stops.split("\\|")));
      StringBuilder sent = new StringBuilder();
      for (int from = 0; from < text.length() && !sequences.found(); ) {
        int to = Math.min(text.length(), from + random.nextInt(4));
        sent.append(sequences.append(text.substring(from, to)));
        from = to;
      }
      sent.append(sequences.rest());
      assertThat(sent).hasToString(reply);
    }
  }
}
