package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;

/**
 * The request bodies that are measured: instances of 784 numbers with six decimals, spaced as
 * Python writes them; 7.8 KB, 62 KB and 248 KB for 1, 8 and 32 instances.
 */
final class Bodies {
  static final int NUMBERS = 784;

  static final String NPY = "application/x-npy";

  private static final int NPY_HEAD = 118; // with the ten bytes before it, a multiple of 64

  private Bodies() {}

  /** A {@code .npy} file of float32. */
  static byte[] npy(String dimensions, byte[] littleEndian) {
    String head = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }".formatted(dimensions);
    String padded = head + " ".repeat(NPY_HEAD - 1 - head.length()) + "\n";
    byte[] start = ("\u0093NUMPY\u0001\0" + (char) NPY_HEAD + "\0" + padded).getBytes(ISO_8859_1);
    byte[] file = Arrays.copyOf(start, start.length + littleEndian.length);
    System.arraycopy(littleEndian, 0, file, start.length, littleEndian.length);
    return file;
  }

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
