package io.github.vertexj.djl;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import io.github.vertexj.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes images that clients send.
 *
 * <p>How many pixels there are is read from the head and judged before memory is taken for them; no
 * file is written, as ImageIO's own streams do; and what was cut off is refused, of which the
 * decoder would make up the rest. Thread-safe.
 *
 * @param maxPixels the most pixels of an image
 */
record ImageReading(int maxPixels) {
  /** 16 megapixels, 64 MB of heap. */
  static final int MAX_PIXELS = 1 << 24;

  /**
   * Decodes.
   *
   * @throws InvalidInputException if the bytes are no image, or too large a one
   */
  Image read(byte[] bytes) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw unreadable(null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return ImageFactory.getInstance().fromImage(pixels(reader, bytes));
      } finally {
        reader.dispose();
      }
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the JDK's decoders throw many kinds
      throw unreadable(e);
    }
  }

  private BufferedImage pixels(ImageReader reader, byte[] bytes) throws IOException {
    long width = reader.getWidth(0);
    long height = reader.getHeight(0);
    if (width * height > maxPixels) {
      throw new InvalidInputException(
          "the image has %d × %d pixels, and at most %d are taken; send a smaller one"
              .formatted(width, height, maxPixels));
    }
    String format = reader.getFormatName().toLowerCase(Locale.ROOT);
    boolean complete =
        switch (format) {
          case "jpeg" -> complete(bytes);
          case "png" -> new String(bytes, StandardCharsets.ISO_8859_1).contains("IEND");
          default -> true;
        };
    if (!complete) {
      throw new InvalidInputException("the image is cut off: its " + format + " data has no end");
    }
    return reader.read(0);
  }

  /** Whether a JPEG's last scan has an end. */
  private static boolean complete(byte[] jpeg) {
    for (int at = jpeg.length - 1; at > 0; at--) {
      if (jpeg[at - 1] == (byte) 0xFF && jpeg[at] == (byte) 0xD9) { // end of image
        return true;
      }
      if (jpeg[at - 1] == (byte) 0xFF && jpeg[at] == (byte) 0xDA) { // start of scan
        return false;
      }
    }
    return false;
  }

  private static InvalidInputException unreadable(@org.jspecify.annotations.Nullable Exception e) {
    InvalidInputException unreadable =
        new InvalidInputException("the bytes are no image that can be read, such as JPEG or PNG");
    unreadable.initCause(e);
    return unreadable;
  }
}
