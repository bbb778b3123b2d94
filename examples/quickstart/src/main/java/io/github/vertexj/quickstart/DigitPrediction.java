package io.github.vertexj.quickstart;

/**
 * What the model says about one image.
 *
 * @param digit the most probable digit, 0 to 9
 * @param probabilities the probability of each digit, ten numbers
 */
@SuppressWarnings("ArrayRecordComponent") // written as JSON, never compared
public record DigitPrediction(int digit, float[] probabilities) {

  static DigitPrediction of(float[] probabilities) {
    int digit = 0;
    for (int candidate = 1; candidate < probabilities.length; candidate++) {
      if (probabilities[candidate] > probabilities[digit]) {
        digit = candidate;
      }
    }
    return new DigitPrediction(digit, probabilities);
  }
}
