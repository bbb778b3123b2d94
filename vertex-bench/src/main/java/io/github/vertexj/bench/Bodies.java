package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;

/**
 * The request bodies that are measured: instances of 784 numbers with six decimals, spaced as
 * Python writes them; 7.8 KB, 62 KB and 248 KB for 1, 8 and 32 instances.
 */
final class Bodies {
  static final int NUMBERS = 784;

  private Bodies() {}

  /** An envelope; the same bytes each time. */
  static byte[] envelope(int instances) {
    Random random = new Random(7);
    StringJoiner rows = new StringJoiner(", ", "{\"instances\": [", "]}");
    for (int row = 0; row < instances; row++) {
      StringJoiner numbers = new StringJoiner(", ", "[", "]");
      for (int i = 0; i < NUMBERS; i++) {
        numbers.add(String.format(Locale.ROOT, "%.6f", random.nextDouble()));
      }
      rows.add(numbers.toString());
    }
    return rows.toString().getBytes(US_ASCII);
  }

  /** Rows of numbers as a model might answer. */
  static float[][] rows(int rows, int columns) {
    Random random = new Random(7);
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return values;
  }
}
