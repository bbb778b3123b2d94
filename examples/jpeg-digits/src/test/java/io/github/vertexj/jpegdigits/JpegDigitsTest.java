package io.github.vertexj.jpegdigits;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.env.Environment;
import io.github.vertexj.undertow.ModelServer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images as the body of a request, over real HTTP (C4.5). */
class JpegDigitsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Path DIGITS = Path.of("../quickstart/digits");
  private static ModelServer server;

  @BeforeAll
  static void start() {
    server =
        JpegDigits.server()
            .environment(Environment.of(Map.of("AIP_STORAGE_URI", DIGITS.toString())))
            .port(0)
            .build()
            .start()
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpRequest request(byte[] body, String type) {
    URI uri = server.uri().resolve("/predict");
    return HttpRequest.newBuilder(uri)
        .header("Content-Type", type)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  private static JsonNode post(int status, byte[] body, String type) throws Exception {
    HttpResponse<String> response =
        CLIENT.send(request(body, type), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  private static String error(byte[] body) throws Exception {
    return post(400, body, "image/jpeg").get("error").textValue();
  }

  /** Draws ink on paper, 12 pixels a cell, and compresses it. */
  private static byte[] draw(JsonNode cells, String format, Color paper, Color ink)
      throws Exception {
    BufferedImage small = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64; i++) {
      double part = cells.get(i / 8).get(i % 8).intValue() / 16.0;
      small.setRGB(i % 8, i / 8, mix(paper, ink, part).getRGB());
    }
    BufferedImage image = new BufferedImage(96, 96, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    graphics.drawImage(small, 0, 0, 96, 96, null);
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  private static Color mix(Color paper, Color ink, double part) {
    float[] a = paper.getRGBColorComponents(null);
    float[] b = ink.getRGBColorComponents(null);
    float p = (float) part;
    return new Color(a[0] + p * (b[0] - a[0]), a[1] + p * (b[1] - a[1]), a[2] + p * (b[2] - a[2]));
  }

  @Test
  void C4_5_imagesOfTheRepository_areRecognised() throws Exception {
    JsonNode jpeg = post(200, Files.readAllBytes(Path.of("digit.jpg")), "image/jpeg");
    assertThat(jpeg.get("digit").intValue()).isEqualTo(7);
    assertThat(jpeg.get("probabilities")).hasSize(10);
    JsonNode png = post(200, Files.readAllBytes(Path.of("digit.png")), "image/png; x=y");
    assertThat(png.get("digit").intValue()).isEqualTo(3);
  }

  @Test
  void heldOutImages_drawnAndSentTogether_areRecognised() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<String> lines = Files.readAllLines(DIGITS.resolve("heldout.jsonl")).subList(0, 120);
    int right = 0;
    for (String line : lines) {
      JsonNode row = JSON.readTree(line);
      boolean board = labels.size() % 2 == 1;
      byte[] image =
          board
              ? draw(row.get("instance"), "png", Color.BLACK, Color.WHITE)
              : draw(row.get("instance"), "jpeg", new Color(250, 245, 230), Color.BLUE);
      labels.add(row.get("label").intValue());
      HttpRequest request = request(image, board ? "image/png" : "image/jpeg");
      replies.add(CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
      if (replies.size() == 6) {
        right += right(replies, labels.subList(labels.size() - 6, labels.size()));
        replies.clear();
      }
    }
    assertThat(right / 120.0).isGreaterThanOrEqualTo(0.95);
  }

  private static int right(
      List<CompletableFuture<HttpResponse<String>>> replies, List<Integer> labels)
      throws Exception {
    int right = 0;
    for (int i = 0; i < replies.size(); i++) {
      JsonNode prediction = JSON.readTree(replies.get(i).join().body());
      right += prediction.path("digit").asInt(-1) == labels.get(i) ? 1 : 0;
    }
    return right;
  }

  @Test
  void envelope_isServedBesideImages() throws Exception {
    byte[] envelope = Files.readAllBytes(DIGITS.resolve("request.json"));
    assertThat(post(200, envelope, "application/json").get("predictions")).isNotEmpty();
  }

  @Test
  void brokenImages_are400() throws Exception {
    byte[] jpeg = Files.readAllBytes(Path.of("digit.jpg"));
    byte[] png = Files.readAllBytes(Path.of("digit.png"));
    String broken = "the body is no JPEG or PNG image, or a broken one";
    assertThat(error(new byte[0])).isEqualTo(broken);
    assertThat(error("no image".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEqualTo(broken);
    for (int part = 1; part < 10; part++) {
      assertThat(error(Arrays.copyOf(jpeg, jpeg.length * part / 10))).isEqualTo(broken);
      assertThat(error(Arrays.copyOf(png, png.length * part / 10))).isEqualTo(broken);
    }
    assertThat(post(200, jpeg, "image/jpeg").get("digit").intValue()).isEqualTo(7);
  }

  @Test
  void imageOfAnotherFormatOrMediaType_isRefused() throws Exception {
    ByteArrayOutputStream gif = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB), "gif", gif);
    assertThat(error(gif.toByteArray())).contains("JPEG or PNG");
    assertThat(post(415, gif.toByteArray(), "image/gif").get("error").textValue())
        .contains("image/jpeg", "image/png");
  }

  @Test
  void imageOfOneColourOrTooSmall_is400() throws Exception {
    ByteArrayOutputStream blank = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB), "png", blank);
    assertThat(error(blank.toByteArray())).contains("one colour");
    ByteArrayOutputStream tiny = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(20, 7, BufferedImage.TYPE_INT_RGB), "png", tiny);
    assertThat(error(tiny.toByteArray())).contains("20 × 7", "at least 8 × 8");
  }

  @Test
  void imageThatAnnouncesGigabytes_isRefusedBeforeItIsDecoded() throws Exception {
    assertThat(error(pngHead(60_000, 60_000))).contains("60000 × 60000", "at most 8000000");
    byte[] jpeg = Files.readAllBytes(Path.of("digit.jpg"));
    assertThat(error(withDimensions(jpeg, 65_000, 65_000))).contains("65000 × 65000");
    assertThat(error(pngHead(Integer.MAX_VALUE, Integer.MAX_VALUE))).contains("at most 8000000");
  }

  /** A PNG of a head and nothing else. */
  private static byte[] pngHead(int width, int height) {
    ByteBuffer head = ByteBuffer.allocate(33).putLong(0x89504E470D0A1A0AL).putInt(13);
    head.putInt(0x49484452).putInt(width).putInt(height);
    head.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 check = new CRC32();
    check.update(head.array(), 12, 17);
    return head.putInt((int) check.getValue()).array();
  }

  private static byte[] withDimensions(byte[] jpeg, int width, int height) {
    ByteBuffer changed = ByteBuffer.wrap(jpeg.clone());
    int frame = 2;
    while (changed.get(frame + 1) != (byte) 0xC0) { // from segment to segment
      frame += 2 + Short.toUnsignedInt(changed.getShort(frame + 2));
    }
    changed.putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
    return changed.array();
  }
}
