package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.WorkerPredictor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a translator keeps between an instance and its output is of that instance alone. */
final class TranslatorAttachmentsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"text", "number", "list", "array"})
  void predict_translatorKeepsSomething_isOfEachInstance(String keeps) throws Exception {
    List<Object> instances = List.of("1 2", "3 4", "5 6", "7 8", "9 9", "2 2", "4 4", "8 1");
    assertSameAsAlone(
        "Sum",
        Map.of(
            "translatorFactory", AttachingTranslatorFactory.class.getName(), "option.keeps", keeps),
        instances);
  }

  @Test
  void predict_yolo_scalesBoxesToEachOwnImage() throws Exception {
    Files.writeString(Kinds.unpack("Yolo", directory).resolve("synset.txt"), "cat\ndog\n");
    Map<String, String> settings = new HashMap<>();
    settings.put("translatorFactory", "ai.djl.modality.cv.translator.YoloV5TranslatorFactory");
    for (String setting : new String[] {"option.width", "option.height"}) {
      settings.put(setting, "16");
    }
    settings.put("option.centerFit", "true");
    settings.put("option.threshold", "0.2");
    List<Object> images = new ArrayList<>();
    for (int[] size : new int[][] {{16, 8}, {8, 16}, {16, 16}, {32, 8}, {8, 32}, {64, 48}}) {
      images.add(image("png", size[0], size[1]));
    }
    assertSameAsAlone("Yolo", settings, images);
  }

  private void assertSameAsAlone(String kind, Map<String, String> settings, List<Object> instances)
      throws Exception {
    try (LoadedModel<Object, Object> model = model(kind, settings);
        WorkerPredictor<Object, Object, Object> predictor = model.newPredictor(0)) {
      predictor.warmUp(List.of(), 8);
      List<String> alone = new ArrayList<>();
      for (Object instance : instances) {
        alone.add(String.valueOf(predictor.predict(List.of(instance), Parameters.absent()).get(0)));
      }
      for (int round = 0; round < 3; round++) {
        List<Object> together = predictor.predict(instances, Parameters.absent());
        assertThat(together.stream().map(String::valueOf)).containsExactlyElementsOf(alone);
      }
      assertThat(alone).doesNotHaveDuplicates();
      assertThat(model.description()).isEqualTo("batches proven");
    }
  }

  private LoadedModel<Object, Object> model(String kind, Map<String, String> settings)
      throws Exception {
    return new DjlProvider()
        .load(DeployedModel.of(Kinds.unpack(kind, directory), settings), stage -> {});
  }

  @Test
  void predict_imageThatCannotBeTaken_isTheCallersFault() throws Exception {
    Files.writeString(Kinds.unpack("Yolo", directory).resolve("synset.txt"), "cat\ndog\n");
    Map<String, String> settings =
        Map.of(
            "translatorFactory", "ai.djl.modality.cv.translator.YoloV5TranslatorFactory",
            "option.maxPixels", "10000");
    byte[] jpeg = image("jpeg", 64, 48);
    try (LoadedModel<Object, Object> model = model("Yolo", settings);
        WorkerPredictor<Object, Object, Object> predictor = model.newPredictor(0)) {
      refused(predictor, image("png", 200, 51), "the image has 200 × 51 pixels, and at most 10000");
      refused(predictor, bomb(), "the image has 100000 × 100000 pixels");
      refused(predictor, Arrays.copyOf(jpeg, jpeg.length / 2), "the image is cut off");
      refused(predictor, Arrays.copyOf(image("png", 64, 48), 60), "the image is cut off");
      refused(predictor, new byte[] {1, 2, 3}, "the bytes are no image");
      refused(predictor, new byte[0], "the bytes are no image");
      assertThat(predictor.predict(List.of(jpeg), Parameters.absent())).hasSize(1);
    }
  }

  private static void refused(
      WorkerPredictor<Object, Object, Object> predictor, byte[] image, String sentence) {
    assertThatThrownBy(() -> predictor.predict(List.of(image), Parameters.absent()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(sentence);
  }

  private static byte[] image(String format, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.ORANGE);
    graphics.fillOval(0, 0, width, height);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, format, bytes);
    return bytes.toByteArray();
  }

  /** A PNG whose head announces ten thousand million pixels. */
  private static byte[] bomb() throws IOException {
    byte[] png = image("png", 8, 8);
    for (int at : new int[] {16, 20}) {
      png[at + 1] = 0x01;
      png[at + 2] = (byte) 0x86;
      png[at + 3] = (byte) 0xA0;
    }
    CRC32 sum = new CRC32();
    sum.update(png, 12, 17);
    for (int i = 0; i < 4; i++) {
      png[29 + i] = (byte) (sum.getValue() >> 8 * (3 - i));
    }
    return png;
  }
}
