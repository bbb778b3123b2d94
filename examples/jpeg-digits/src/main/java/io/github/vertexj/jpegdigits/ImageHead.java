package io.github.vertexj.jpegdigits;

import io.github.vertexj.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * What an image says of itself before its pixels.
 *
 * <p>A few hundred bytes can announce gigabytes of pixels: so this is read, and judged, before
 * anything is decoded.
 */
record ImageHead(String format, int width, int height) {
  static final int MOST_PIXELS = 8_000_000;
  private static final int SHORTEST_SIDE = 8;

  static ImageHead read(byte[] bytes) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("of no known format");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        String format = reader.getFormatName().toLowerCase(Locale.ROOT);
        return new ImageHead(format, reader.getWidth(0), reader.getHeight(0));
      } finally {
        reader.dispose();
      }
    }
  }

  void check() {
    if (!format.equals("jpeg") && !format.equals("png")) {
      throw new InvalidInputException("a JPEG or PNG image is wanted, not one of another format");
    }
    if ((long) width * height > MOST_PIXELS) {
      throw new InvalidInputException(
          "the image has %d × %d pixels, and at most %d are taken; make it smaller"
              .formatted(width, height, MOST_PIXELS));
    }
    if (Math.min(width, height) < SHORTEST_SIDE) {
      throw new InvalidInputException(
          "the image has %d × %d pixels, and at least 8 × 8 are needed".formatted(width, height));
    }
  }
}
