package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Tensor;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** That a model of tensors is served in binary formats too, through HTTP as they are. */
abstract class FormatsContract extends ServerContract {
  private static final String TRITON = "application/vnd.vertex-ai-triton.binary+json";
  private static final String LENGTH = "Inference-Header-Content-Length";
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final String HEAD =
      "{\"id\":\"7\",\"parameters\":{\"factor\":2,\"binary_data_output\":true},\"inputs\":"
          + "[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\","
          + "\"parameters\":{\"binary_data_size\":16}}]}";
  private static final byte[] FOUR = floats(1, 2, Float.NaN, -0.5f);
  private static final byte[] BINARY = join(HEAD, FOUR);
  private static final String NPY =
      "\u0093NUMPY\1\0v\0"
          + "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
          + " ".repeat(58)
          + "\n";

  FormatsContract(AdapterContract adapter) {
    super(adapter);
  }

  /** Multiplies each element by the parameter {@code factor}. */
  private static PredictorProvider<Tensor, Tensor> scaling() {
    return PredictorProvider.of(Tensor.class, FormatsContract::scale);
  }

  private static List<Tensor> scale(List<Tensor> instances, Parameters parameters) {
    float factor = (float) parameters.number("factor", 1);
    return instances.stream().map(instance -> scale(instance, factor)).toList();
  }

  private static Tensor scale(Tensor instance, float factor) {
    float[] values = instance.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return Tensor.of(values, instance.shape().toArray());
  }

  @Test
  void required_C4_26_json_with_inputs_is_the_open_inference_protocol() throws Exception {
    RawConnection connection = connect(ready(scaling()));
    String body =
        "{\"id\":\"a\",\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\","
            + "\"data\":[1,2,3,4]}],\"parameters\":{\"factor\":0.5}}";
    for (int i = 0; i < 2; i++) {
      Answer answer = connection.send(Wire.post("/predict", body)).answer().expect(200);
      assertThat(answer.json().path("id").textValue()).isEqualTo("a");
      assertThat(answer.json().at("/outputs/0/data")).hasToString("[0.5,1.0,1.5,2.0]");
      assertEnvelopesAreServed(connection);
    }
  }

  @Test
  void required_C11_9_binary_tensors_go_both_ways_by_media_type() throws Exception {
    ServedHandler served = ready(scaling());
    String type = TRITON + ";json-header-size=" + HEAD.length();
    HttpResponse<byte[]> reply = post(served, BINARY, "Content-Type", type);

    assertThat(reply.statusCode()).isEqualTo(200);
    int head = Integer.parseInt(reply.headers().firstValue(LENGTH).orElseThrow());
    assertThat(reply.headers().firstValue("Content-Type"))
        .hasValue(TRITON + ";json-header-size=" + head);
    assertThat(reply.headers().allValues("Content-Type")).hasSize(1);
    assertThat(text(reply.body(), head))
        .contains("\"id\":\"7\"", "\"shape\":[2,2]", "\"binary_data_size\":16");
    assertThat(Arrays.copyOfRange(reply.body(), head, reply.body().length))
        .isEqualTo(floats(2, 4, Float.NaN, -1));
  }

  @Test
  void required_C11_9_binary_tensors_go_both_ways_by_header() throws Exception {
    ServedHandler served = ready(scaling());
    String length = Integer.toString(HEAD.length());
    HttpResponse<byte[]> untyped = post(served, BINARY, LENGTH, length);
    assertThat(untyped.statusCode()).isEqualTo(200);
    assertThat(untyped.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    for (String type : List.of("application/octet-stream", "application/json")) {
      HttpResponse<byte[]> reply = post(served, BINARY, "Content-Type", type, LENGTH, length);
      assertThat(reply.body()).isEqualTo(untyped.body());
      assertThat(reply.headers().firstValue(LENGTH))
          .isEqualTo(untyped.headers().firstValue(LENGTH));
    }
    int head = Integer.parseInt(untyped.headers().firstValue(LENGTH).orElseThrow());
    assertThat(untyped.body()).hasSize(head + 16).endsWith(floats(-1));
  }

  @Test
  void required_npy_goes_in_and_out() throws Exception {
    ServedHandler served = ready(scaling());
    byte[] file = join(NPY, FOUR);
    HttpResponse<byte[]> reply = post(served, file, "Content-Type", "application/x-npy");

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/x-npy");
    assertThat(reply.headers().firstValueAsLong("Content-Length")).hasValue(file.length);
    assertThat(reply.body()).isEqualTo(file);
  }

  @Test
  void required_C3_13_binary_bodies_may_be_chunked() throws Exception {
    RawConnection connection = connect(ready(scaling()));
    String asText = HEAD.replace("true", "false");
    String length = LENGTH + ": " + asText.length();
    for (int size : new int[] {1, 7, 64, 1000}) {
      connection.send(
          Wire.chunkedHead("/predict", length, "Content-Type: application/octet-stream"));
      connection.sendChunks(join(asText, floats(1, 2, 3, 4)), size);
      assertThat(connection.answer().expect(200).json().at("/outputs/0/data"))
          .hasToString("[2.0,4.0,6.0,8.0]");
    }
  }

  @TestFactory
  Stream<DynamicTest> required_C11_9_malformed_head_length_is_400() throws Exception {
    RawConnection connection = connect(ready(scaling()));
    return Stream.of(
            "Content-Type: " + TRITON,
            "Content-Type: " + TRITON + ";json-header-size=",
            "Content-Type: " + TRITON + ";json-header-size=" + Wire.MARKER,
            "Content-Type: " + TRITON + ";json-header-size=-1",
            "Content-Type: " + TRITON + ";json-header-size=0",
            "Content-Type: " + TRITON + ";json-header-size=" + (BINARY.length + 1),
            "Content-Type: " + TRITON + ";json-header-size=4294967296",
            "Content-Type: " + TRITON + ";json-header-size=99999999999999999999",
            "Content-Type: " + TRITON + ";json-header-size=5;json-header-size=5",
            LENGTH + ": " + Wire.MARKER,
            LENGTH + ": -1",
            LENGTH + ": " + (BINARY.length + 1),
            LENGTH + ": 99999999999999999999")
        .map(header -> refused(header, connection, BINARY, header));
  }

  @TestFactory
  Stream<DynamicTest> required_C11_9_binary_data_that_does_not_fit_is_400() throws Exception {
    RawConnection connection = connect(ready(scaling()));
    String length = LENGTH + ": " + HEAD.length();
    String npy = "Content-Type: application/x-npy";
    return Stream.of(
        refused("a byte too few", connection, Arrays.copyOf(BINARY, BINARY.length - 1), length),
        refused("a byte too many", connection, Arrays.copyOf(BINARY, BINARY.length + 1), length),
        refused("none", connection, Wire.bytes(HEAD), length),
        refused("none said where", connection, Wire.bytes(HEAD)),
        refused("npy: a byte too few", connection, Arrays.copyOf(join(NPY, FOUR), 143), npy),
        refused("npy: only a head", connection, join(NPY, new byte[0]), npy),
        refused("npy: empty", connection, new byte[0], npy),
        refused("npy: an envelope", connection, Wire.bytes("{\"instances\": []}"), npy));
  }

  private static DynamicTest refused(
      String name, RawConnection connection, byte[] body, String... headers) {
    return dynamicTest(
        name,
        () -> {
          connection.send(Wire.post("/predict", body, headers));
          assertThat(connection.answer().error(400)).contains(", at ");
          assertEnvelopesAreServed(connection);
        });
  }

  @Test
  void required_C3_40_predictions_that_are_no_tensors_come_in_an_envelope_or_are_400()
      throws Exception {
    PredictorProvider<Tensor, String> words =
        PredictorProvider.of(
            Tensor.class, (instances, parameters) -> instances.stream().map(i -> "word").toList());
    RawConnection connection = connect(ready(words));
    connection.send(Wire.post("/predict", join(NPY, FOUR), "Content-Type: application/x-npy"));
    assertThat(connection.answer().predictions()).first().hasToString("\"word\"");
    String inference =
        "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 1], \"datatype\": \"FP32\", \"data\": [1]}]}";
    assertThat(connection.send(Wire.post("/predict", inference)).answer().error(400))
        .contains("instances");
    assertThat(
            connection.send(Wire.post("/predict", "{\"instances\": [1]}")).answer().predictions())
        .hasToString("[\"word\"]");
  }

  @Test
  void required_C3_40_models_of_other_instances_take_no_binary_formats() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    connection.send(Wire.post("/predict", join(NPY, FOUR), "Content-Type: application/x-npy"));
    assertThat(connection.answer().error(415)).contains("application/json");
  }

  private static void assertEnvelopesAreServed(RawConnection connection) throws Exception {
    connection.send(Wire.post("/predict", "{\"instances\": [[1, 2]]}"));
    assertThat(connection.answer().predictions()).hasToString("[[1.0,2.0]]");
  }

  private static HttpResponse<byte[]> post(ServedHandler served, byte[] body, String... headers)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(served.uri("/predict"))
            .headers(headers)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String text(byte[] body, int length) {
    return new String(body, 0, length, StandardCharsets.UTF_8);
  }

  private static byte[] join(String head, byte[] tail) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    body.writeBytes(tail);
    return body.toByteArray();
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
