package io.github.vertexj.tokenstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final float[] SCORES = {-1, 2, 1, -30};

  private static int[] choices(Sampler sampler) {
    return IntStream.range(0, 10_000).map(i -> sampler.choose(SCORES)).toArray();
  }

  @Test
  void temperatureZeroOrNoProbability_choosesTheMostProbable() {
    assertThat(choices(new Sampler(0, 1, 1))).containsOnly(1);
    assertThat(choices(new Sampler(1, 0, 1))).containsOnly(1);
  }

  @Test
  void temperatureOne_choosesByProbability() {
    int[] choices = choices(new Sampler(1, 1, 1));
    double sum = Math.exp(-1) + Math.exp(2) + Math.exp(1);
    for (int letter = 0; letter < 3; letter++) {
      int wanted = letter;
      double share = IntStream.of(choices).filter(choice -> choice == wanted).count() / 10_000.0;
      assertThat(share)
          .isBetween(Math.exp(SCORES[letter]) / sum - 0.02, Math.exp(SCORES[letter]) / sum + 0.02);
    }
    assertThat(choices).doesNotContain(3);
  }

  @Test
  void topP_leavesTheImprobableOut() {
    assertThat(choices(new Sampler(1, 0.9, 1))).contains(1, 2).doesNotContain(0, 3);
  }

  @Test
  void seed_repeatsTheChoices() {
    assertThat(choices(new Sampler(1, 1, 7))).isEqualTo(choices(new Sampler(1, 1, 7)));
  }
}
