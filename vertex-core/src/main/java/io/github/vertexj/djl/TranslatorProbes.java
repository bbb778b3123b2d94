package io.github.vertexj.djl;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.util.StringPair;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes up instances of DJL's translators to try a model on.
 *
 * <p>Texts are of different lengths, since shorter ones are padded beside longer ones, and a model
 * may see that.
 */
final class TranslatorProbes {
  private static final int COUNT = 4;
  private static final String MORE = " and so on";

  private TranslatorProbes() {}

  /** Instances of a class; none if it is not known. */
  static List<Object> of(Class<?> type) {
    if (type == Image.class) {
      return images();
    }
    if (type == String.class) {
      return like("this is a text");
    }
    if (type == StringPair.class) {
      return like(new StringPair("what is this", "this is a text"));
    }
    return type == QAInput.class ? like(new QAInput("what is this", "this is a text")) : List.of();
  }

  /** An instance, and others like it if it is a text. */
  static List<Object> like(Object instance) {
    List<Object> all = new ArrayList<>();
    all.add(instance);
    for (int i = 1; i < COUNT; i++) {
      String more = MORE.repeat(i * i);
      if (instance instanceof String text) {
        all.add(text + more);
      } else if (instance instanceof StringPair pair) {
        all.add(new StringPair(pair.getKey(), pair.getValue() + more));
      } else if (instance instanceof QAInput question) {
        all.add(new QAInput(question.getQuestion(), question.getParagraph() + more));
      }
    }
    return all;
  }

  /** Random pixels, in landscape and portrait. */
  private static List<Object> images() {
    Random random = new Random(COUNT);
    List<Object> images = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      int width = i % 2 == 0 ? 320 : 240;
      BufferedImage image = new BufferedImage(width, 560 - width, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < width; x++) {
          image.setRGB(x, y, random.nextInt(1 << 24));
        }
      }
      images.add(ImageFactory.getInstance().fromImage(image));
    }
    return images;
  }
}
