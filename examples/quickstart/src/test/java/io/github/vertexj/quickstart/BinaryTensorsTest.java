package io.github.vertexj.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.djl.TorchScriptProvider;
import io.github.vertexj.env.Environment;
import io.github.vertexj.undertow.ModelServer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The trained model behind real HTTP without a line of Java of its own, asked in every format. */
class BinaryTensorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final int IMAGES = 64;
  private static final int PIXELS = 64;
  private static final int DIGITS = 10;
  private static final String LENGTH = "Inference-Header-Content-Length";

  private static ModelServer server;
  private static ByteBuffer pixels;
  private static JsonNode expected;

  @BeforeAll
  static void start() throws Exception {
    server =
        ModelServer.builder(TorchScriptProvider.of(TensorSpec.of(TensorType.FLOAT32, 8, 8)))
            .environment(Environment.of(Map.of("AIP_STORAGE_URI", "digits")))
            .port(0)
            .build()
            .start()
            .awaitReady();
    pixels = littleEndian(IMAGES * PIXELS);
    StringBuilder envelope = new StringBuilder("{\"instances\":[");
    for (String line : Files.readAllLines(Path.of("digits/heldout.jsonl")).subList(0, IMAGES)) {
      JsonNode image = JSON.readTree(line).get("instance");
      image.forEach(row -> row.forEach(pixel -> pixels.putFloat(pixel.floatValue())));
      envelope.append(pixels.position() == PIXELS * Float.BYTES ? "" : ",").append(image);
    }
    HttpResponse<byte[]> reply = post(bytes(envelope + "]}"), "Content-Type", "application/json");
    expected = JSON.readTree(reply.body()).get("predictions");
    assertThat(expected).hasSize(IMAGES);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void C11_9_binaryTensors_areTheEnvelopesPredictions() throws Exception {
    String head =
        "{\"id\":\"1\",\"inputs\":[{\"name\":\"INPUT__0\",\"shape\":[64,8,8],\"datatype\":\"FP32\","
            + "\"parameters\":{\"binary_data_size\":16384}}],"
            + "\"outputs\":[{\"name\":\"output\",\"parameters\":{\"binary_data\":true}}]}";
    String type = "application/vnd.vertex-ai-triton.binary+json;json-header-size=" + head.length();
    HttpResponse<byte[]> reply = post(join(bytes(head)), "Content-Type", type);

    assertThat(reply.statusCode()).isEqualTo(200);
    int length = Integer.parseInt(reply.headers().firstValue(LENGTH).orElseThrow());
    JsonNode output = JSON.readTree(reply.body(), 0, length).at("/outputs/0");
    assertThat(output.get("shape")).hasToString("[64,10]");
    assertSame(ByteBuffer.wrap(reply.body(), length, reply.body().length - length));
  }

  @Test
  void C4_26_openInferenceJson_isTheEnvelopesPredictions() throws Exception {
    StringBuilder data = new StringBuilder();
    for (int i = 0; i < IMAGES * PIXELS; i++) {
      data.append(i == 0 ? "" : ",").append(pixels.getFloat(i * Float.BYTES));
    }
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[64,8,8],\"datatype\":\"FP32\",\"data\":["
            + data
            + "]}]}";
    JsonNode output =
        JSON.readTree(post(bytes(body), "Content-Type", "application/json").body())
            .at("/outputs/0/data");
    ByteBuffer found = littleEndian(IMAGES * DIGITS);
    output.forEach(number -> found.putFloat(number.floatValue()));
    assertSame(found.flip());
  }

  @Test
  void npy_isTheEnvelopesPredictions() throws Exception {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (64, 8, 8), }";
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1));
    file.write(header.length());
    file.write(0);
    file.writeBytes(bytes(header));
    HttpResponse<byte[]> reply =
        post(join(file.toByteArray()), "Content-Type", "application/x-npy");

    assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/x-npy");
    int length = reply.body().length - IMAGES * DIGITS * Float.BYTES;
    assertThat(new String(reply.body(), 0, length, StandardCharsets.ISO_8859_1))
        .contains("'shape': (64, 10)");
    assertSame(ByteBuffer.wrap(reply.body(), length, reply.body().length - length));
  }

  @Test
  void image_ofAnotherSizeOrType_isRefusedWithItsPlace() throws Exception {
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2,2],\"datatype\":\"%s\",\"data\":[1,2,3,4]}]}";
    HttpResponse<byte[]> size = post(bytes(body.formatted("FP32")));
    assertThat(size.statusCode()).isEqualTo(400);
    assertThat(text(size)).contains("[*, 8, 8]", "[1, 2, 2]", "$.inputs[0].shape");
    HttpResponse<byte[]> type = post(bytes(body.formatted("INT64")));
    assertThat(type.statusCode()).isEqualTo(400);
    assertThat(text(type)).contains("FP32", "INT64", "$.inputs[0].datatype");
  }

  private static void assertSame(ByteBuffer found) {
    ByteBuffer numbers = found.slice().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(numbers.remaining()).isEqualTo(IMAGES * DIGITS * Float.BYTES);
    for (JsonNode prediction : expected) {
      for (JsonNode number : prediction) {
        assertThat(numbers.getFloat())
            .isCloseTo(number.floatValue(), org.assertj.core.data.Offset.offset(1e-5f));
      }
    }
  }

  /** The pixels of all images behind a head. */
  private static byte[] join(byte[] head) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(head);
    body.writeBytes(pixels.array());
    return body.toByteArray();
  }

  private static ByteBuffer littleEndian(int floats) {
    return ByteBuffer.allocate(floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static HttpResponse<byte[]> post(byte[] body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri().resolve("/predict"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
