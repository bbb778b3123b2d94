package io.github.vertexj.tokenstream;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Chooses letters by their probability.
 *
 * <p>Not thread-safe: each text has its own.
 */
final class Sampler {
  private final double temperature;
  private final double topP;
  private final SplittableRandom random;

  /**
   * Creates a sampler.
   *
   * @param temperature 0 chooses the most probable letter, 1 as the model says
   * @param topP how much of the probability the letters to choose from have together
   */
  Sampler(double temperature, double topP, long seed) {
    this.temperature = temperature;
    this.topP = topP;
    random = new SplittableRandom(seed);
  }

  int choose(float[] scores) {
    List<Integer> letters =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(letter -> -scores[letter]))
            .toList();
    double best = scores[letters.get(0)];
    double[] weights = new double[scores.length];
    double sum = 0;
    for (int letter : letters) {
      weights[letter] = temperature == 0 ? 0 : Math.exp((scores[letter] - best) / temperature);
      sum += weights[letter];
    }
    double left = random.nextDouble() * topP * sum;
    for (int letter : letters) {
      left -= weights[letter];
      if (left <= 0) {
        return letter;
      }
    }
    return letters.get(0);
  }
}
