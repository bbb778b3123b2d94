package io.github.vertexj.jpegdigits;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Tensor;
import java.awt.image.BufferedImage;

/**
 * The amounts of ink in an image's 8 × 8 cells.
 *
 * <p>The image is put into the middle of a square. Ink is what is darker than the paper, or lighter
 * on a board that is mostly dark; the cell with most of it gets 16, the one with least 0, so that
 * light and exposure matter little.
 */
final class InkGrid {
  private static final int SIDE = 8;
  private static final float FULL = 16;
  private static final double LEAST_CONTRAST = 0.05;

  private final BufferedImage image;
  private final int square;
  private final double[] darkness = new double[SIDE * SIDE];
  private final int[] pixels = new int[SIDE * SIDE];

  private InkGrid(BufferedImage image) {
    this.image = image;
    square = Math.max(image.getWidth(), image.getHeight());
  }

  static Tensor of(BufferedImage image) {
    InkGrid grid = new InkGrid(image);
    grid.gather();
    return Tensor.of(grid.ink(), SIDE, SIDE);
  }

  private void gather() {
    int[] row = new int[image.getWidth()];
    int left = (square - image.getWidth()) / 2;
    int top = (square - image.getHeight()) / 2;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, row.length, 1, row, 0, row.length);
      for (int x = 0; x < row.length; x++) {
        int cell = cell(top + y) * SIDE + cell(left + x);
        darkness[cell] += darkness(row[x]);
        pixels[cell]++;
      }
    }
  }

  private int cell(int place) {
    return (int) ((long) place * SIDE / square);
  }

  /** From 0, white, to 1, black; what is transparent shows white paper. */
  private static double darkness(int argb) {
    double light = 0.299 * (argb >> 16 & 0xFF) + 0.587 * (argb >> 8 & 0xFF) + 0.114 * (argb & 0xFF);
    return (1 - light / 255) * (argb >>> 24) / 255;
  }

  private float[] ink() {
    double least = 1;
    double most = 0;
    double sum = 0;
    int cells = 0;
    for (int i = 0; i < darkness.length; i++) {
      if (pixels[i] > 0) {
        darkness[i] /= pixels[i];
        least = Math.min(least, darkness[i]);
        most = Math.max(most, darkness[i]);
        sum += darkness[i];
        cells++;
      }
    }
    if (most - least < LEAST_CONTRAST) {
      throw new InvalidInputException("the image shows no digit: all of it has one colour");
    }
    boolean darkBoard = sum / cells > (least + most) / 2;
    return scaled(darkBoard ? most : least, darkBoard ? least : most);
  }

  private float[] scaled(double paper, double ink) {
    float[] values = new float[darkness.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = pixels[i] == 0 ? 0 : (float) ((darkness[i] - paper) / (ink - paper)) * FULL;
    }
    return values;
  }
}
