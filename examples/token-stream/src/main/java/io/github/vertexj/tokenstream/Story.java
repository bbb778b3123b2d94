package io.github.vertexj.tokenstream;

import io.github.vertexj.BatchedPredictor;
import org.jspecify.annotations.Nullable;

/**
 * A text that the model writes on.
 *
 * <p>Each letter is a prediction of its own, so that the texts under way are written in the same
 * batches. Not thread-safe.
 */
final class Story {
  /** The model has long forgotten what was before. */
  private static final int LONGEST_MEMORY = 400;

  private final BatchedPredictor<Step, Next> model;
  private final Letters letters;
  private final Sampler sampler;
  private int letter;
  private float @Nullable [] state;

  /** Has the model read what is there already: at least one letter. */
  Story(BatchedPredictor<Step, Next> model, Letters letters, Sampler sampler, String begin) {
    this.model = model;
    this.letters = letters;
    this.sampler = sampler;
    int[] read = letters.numbers(begin.substring(Math.max(0, begin.length() - LONGEST_MEMORY)));
    letter = read[0];
    for (int i = 1; i < read.length; i++) {
      read();
      letter = read[i];
    }
  }

  private float[] read() {
    Next next = model.predict(new Step(letter, state));
    state = next.state();
    return next.scores();
  }

  /** Writes the next letter. */
  String next() {
    letter = sampler.choose(read());
    return letters.letter(letter);
  }
}
