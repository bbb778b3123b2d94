package io.github.vertexj.jpegdigits;

import ai.djl.modality.cv.ImageFactory;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/** An image of one digit as the model takes it: 8 × 8 amounts of ink from 0 to 16. */
final class DigitImage {
  private DigitImage() {}

  /**
   * Reads a JPEG or PNG image.
   *
   * @throws InvalidInputException if it is none, or too large
   */
  static Tensor read(byte[] bytes) {
    BufferedImage pixels;
    try {
      ImageHead head = ImageHead.read(bytes);
      head.check();
      if (head.format().equals("jpeg") && !complete(bytes)) {
        throw new IOException("cut off");
      }
      pixels =
          (BufferedImage)
              ImageFactory.getInstance()
                  .fromInputStream(new ByteArrayInputStream(bytes))
                  .getWrappedImage();
    } catch (InvalidInputException e) {
      throw e;
    } catch (IOException | RuntimeException broken) { // the JDK's decoders throw many kinds
      throw new InvalidInputException("the body is no JPEG or PNG image, or a broken one");
    }
    return InkGrid.of(pixels);
  }

  /**
   * Whether a JPEG's last scan has an end. The decoder would make up the rest of one that is cut
   * off, and the model would see grey.
   */
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
}
