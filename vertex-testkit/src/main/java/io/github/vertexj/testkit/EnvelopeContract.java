package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.RawReply;
import io.github.vertexj.serving.PredictionHandler;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** That envelopes come through HTTP as they are, in whatever way HTTP may carry them. */
abstract class EnvelopeContract extends ServerContract {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENVELOPE = "{\"instances\": [1, {\"a\": [true, null]}]}";
  private static final String ECHO = "[1,{\"a\":[true,null]}]";

  EnvelopeContract(AdapterContract adapter) {
    super(adapter);
  }

  @TestFactory
  Stream<DynamicTest> required_C3_4_parameters_are_any_json_value_anywhere() throws Exception {
    RawConnection connection = connect(ready(EchoProvider.ofParameters()));
    String absent = "{\"present\":false}";
    return Stream.of(
        told(connection, "absent", "{\"instances\": [0]}", absent),
        told(connection, "null", "{\"instances\": [0], \"parameters\": null}", absent),
        told(connection, "null first", "{\"parameters\": null, \"instances\": [0]}", absent),
        told(connection, "after", "{\"instances\": [0], \"parameters\": {\"k\": 5}}", "{\"k\":5}"),
        told(connection, "before", "{\"parameters\": {\"k\": 5}, \"instances\": [0]}", "{\"k\":5}"),
        told(connection, "empty object", "{\"instances\": [0], \"parameters\": {}}", "{}"),
        told(connection, "array", "{\"parameters\": [1, [2]], \"instances\": [0]}", "[1,[2]]"),
        told(connection, "text", "{\"instances\": [0], \"parameters\": \"fast\"}", "\"fast\""),
        told(connection, "number", "{\"instances\": [0], \"parameters\": 0.5}", "0.5"),
        told(connection, "false", "{\"instances\": [0], \"parameters\": false}", "false"));
  }

  private static DynamicTest told(
      RawConnection connection, String name, String envelope, String parameters) {
    String expected =
        parameters.startsWith("{\"present")
            ? parameters
            : "{\"present\":true,\"json\":" + parameters + "}";
    return dynamicTest(name, () -> assertPredictions(connection, envelope, "[" + expected + "]"));
  }

  @TestFactory
  Stream<DynamicTest> required_C3_3_instances_are_any_json_values() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    return Stream.of(
            "null",
            "true",
            "-0.5",
            "9007199254740993",
            "1.0",
            "\"\"",
            "[]",
            "{}",
            "[[1,[2]],{\"a\":{\"b\":[null]}}]",
            "{\"b64\":\"AQID\",\"mime\":\"image/png\"}",
            "\"\\u0000 \\\"quoted\\\" \\\\ / \\n\"",
            "\"größer, 日本語, 👩‍🔬, \\u2028\"",
            "{\"größe\":1,\"\":2,\"instances\":[3]}",
            "1,\"two\",[3],{\"four\":4},null")
        .map(
            instances ->
                dynamicTest(
                    instances,
                    () ->
                        assertPredictions(
                            connection,
                            "{\"instances\": [" + instances + "]}",
                            "[" + instances + "]")));
  }

  @Test
  void required_control_characters_in_strings_are_taken_where_that_was_chosen() throws Exception {
    RawConnection lenient =
        connect(ready(PredictionHandler.builder(new EchoProvider()).lenientStrings(true)));
    lenient.send(Wire.post("/predict", "{\"instances\": [\"two\n\tlines\"], \"k\0\": \"\r\"}"));
    assertThat(lenient.answer().predictions()).hasToString("[\"two\\n\\tlines\"]");
  }

  @Test
  void required_C3_18_predictions_without_an_array_are_up_to_a_handler_of_json() throws Exception {
    String completion = "{\"predictions\":{\"choices\":[1]}}";
    RawConnection connection =
        connect(
            ready(
                new EchoProvider()
                    .with(
                        handlers ->
                            handlers.onMediaType(
                                "application/json",
                                (request, predictor) ->
                                    RawReply.of("application/json", Wire.bytes(completion))))));
    connection.send(Wire.post("/predict", ENVELOPE));
    assertThat(connection.answer().expect(200).body()).isEqualTo(completion);
  }

  @TestFactory
  Stream<DynamicTest> required_C3_5_unknown_fields_are_ignored() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    return Stream.of(
            "{\"signature_name\": \"x\", \"instances\": [1]}",
            "{\"instances\": [1], \"labels\": {\"a\": [{}, []]}}",
            "{\"a\": null, \"b\": [[1]], \"instances\": [1], \"c\": {\"instances\": 5}}",
            " \r\n\t{ \"instances\" : [ 1 ] } \n")
        .map(body -> dynamicTest(body, () -> assertPredictions(connection, body, "[1]")));
  }

  @Test
  void required_C3_6_empty_instances_give_empty_predictions_without_the_predictor()
      throws Exception {
    ServedHandler served =
        ready(
            new EchoProvider() {
              @Override
              List<JsonNode> predict(List<JsonNode> instances, Parameters parameters) {
                throw new IllegalStateException("called with " + instances.size());
              }
            });
    assertThat(served.predict("{\"instances\": []}").predictions()).isEmpty();
  }

  @Test
  void required_C3_14_predictions_are_in_the_order_of_1000_instances() throws Exception {
    ServedHandler served = ready(new EchoProvider());
    String numbers =
        IntStream.range(0, 1000).mapToObj(Integer::toString).collect(Collectors.joining(","));
    Answer answer = served.predict("{\"instances\": [" + numbers + "]}");
    assertThat(answer.predictions()).hasToString("[" + numbers + "]");
  }

  @Test
  void required_C3_16_metadata_stands_beside_the_predictions() throws Exception {
    ServedHandler served =
        ready(
            new EchoProvider() {
              @Override
              LoadedModel.Builder<JsonNode, JsonNode> model() {
                return super.model()
                    .metadata(asked -> Map.of("model", "digits", "top", asked.integer("top", 1)));
              }
            });
    Answer answer = served.predict("{\"instances\": [1], \"parameters\": {\"top\": 3}}");
    assertThat(answer.predictions()).hasToString("[1]");
    assertThat(answer.json().path("metadata"))
        .isEqualTo(JSON.readTree("{\"model\":\"digits\",\"top\":3}"));
    assertThat(served.predict("{\"instances\": []}").json().path("metadata").path("top").asInt())
        .isEqualTo(1);
  }

  @Test
  void required_C3_14_reply_without_metadata_has_predictions_only() throws Exception {
    ServedHandler served = ready(new EchoProvider());
    assertThat(served.predict(ENVELOPE).expect(200).json().fieldNames())
        .toIterable()
        .containsExactly("predictions");
  }

  @TestFactory
  Stream<DynamicTest> required_C3_13_chunked_bodies_are_taken_in_any_pieces() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    byte[] body = Wire.bytes("{\"instances\": [\"größer, 日本語\", 12345]}");
    return Stream.of(1, 2, 3, 7, 16, body.length)
        .map(
            size ->
                dynamicTest(
                    "chunks of " + size,
                    () -> {
                      connection.send(Wire.chunkedHead("/predict")).sendChunks(body, size);
                      assertThat(connection.answer().predictions())
                          .hasToString("[\"größer, 日本語\",12345]");
                    }));
  }

  @Test
  void required_request_is_taken_byte_by_byte() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    for (int i = 0; i < 2; i++) {
      connection.sendInPieces(Wire.post("/predict", ENVELOPE), 1);
      assertThat(connection.answer().predictions()).hasToString(ECHO);
    }
  }

  @Test
  void required_C3_23_bodies_just_below_10_MB_are_taken_and_answered() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    String word = "\"" + "x".repeat(9_997) + "\"";
    String predictions =
        "[" + Stream.generate(() -> word).limit(990).collect(Collectors.joining(",")) + "]";
    byte[] body = Wire.bytes("{\"instances\":" + predictions + "}");
    assertThat(body.length).isBetween(9_900_000, 10_000_000);
    connection.send(Wire.post("/predict", body));
    assertThat(connection.answer().predictions().toString().equals(predictions)).isTrue();
    connection.send(Wire.chunkedHead("/predict")).sendChunks(body, 65_536);
    assertThat(connection.answer().predictions().toString().equals(predictions)).isTrue();
  }

  @TestFactory
  Stream<DynamicTest> required_C3_2_json_is_known_by_any_spelling_of_its_type() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    return Stream.of(
            "Content-Type:",
            "Content-Type: application/json",
            "Content-Type: application/json; charset=utf-8",
            "Content-Type: application/json;charset=\"UTF-8\"",
            "Content-Type: APPLICATION/JSON; Charset=UTF-8",
            "Content-Type: application/json; profile=x",
            "Content-Type: application/vnd.vertex+json")
        .map(
            header ->
                dynamicTest(
                    header,
                    () -> {
                      connection.send(Wire.post("/predict", ENVELOPE, header));
                      assertThat(connection.answer().predictions()).hasToString(ECHO);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> required_C3_19_reply_is_json_whatever_is_accepted() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    return Stream.of("*/*", "text/html", "application/xml;q=1", "application/json;v=1, */*", "?")
        .map(
            accept ->
                dynamicTest(
                    accept,
                    () -> {
                      connection.send(Wire.post("/predict", ENVELOPE, "Accept: " + accept));
                      assertThat(connection.answer().predictions()).hasToString(ECHO);
                    }));
  }

  @Test
  void required_C3_19_reply_is_not_compressed() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    connection.send(Wire.post("/predict", ENVELOPE, "Accept-Encoding: gzip, br"));
    Answer answer = connection.answer();
    assertThat(answer.header("content-encoding")).isNull();
    assertThat(answer.predictions()).hasToString(ECHO);
  }

  @Test
  void required_client_that_expects_100_continue_may_send_its_body() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    for (int i = 0; i < 2; i++) {
      connection.send(Wire.postHead("/predict", ENVELOPE.length(), "Expect: 100-continue"));
      connection.awaitContinue();
      connection.send(Wire.bytes(ENVELOPE));
      assertThat(connection.answer().predictions()).hasToString(ECHO);
    }
  }

  @Test
  void required_C1_20_pipelined_requests_are_answered_in_order() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    java.io.ByteArrayOutputStream requests = new java.io.ByteArrayOutputStream();
    requests.writeBytes(Wire.post("/predict", "{\"instances\": [1]}"));
    requests.writeBytes(Wire.request("GET", "/health"));
    requests.writeBytes(Wire.post("/predict", "{\"instances\": "));
    requests.writeBytes(Wire.post("/predict", "{\"instances\": [4]}"));
    connection.send(requests.toByteArray());
    assertThat(connection.answer().predictions()).hasToString("[1]");
    assertThat(connection.answer().expect(200).json().path("status").asText()).isEqualTo("ready");
    connection.answer().error(400);
    assertThat(connection.answer().predictions()).hasToString("[4]");
  }

  @Test
  void required_C1_19_client_that_offers_http2_is_served() throws Exception {
    ServedHandler served = ready(new EchoProvider());
    HttpClient offering = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    HttpRequest request =
        HttpRequest.newBuilder(served.uri("/predict"))
            .POST(HttpRequest.BodyPublishers.ofString(ENVELOPE))
            .build();
    Answer answer =
        ServedHandler.answer(offering.send(request, HttpResponse.BodyHandlers.ofByteArray()));
    assertThat(answer.expect(200).body()).isEqualTo("{\"predictions\":" + ECHO + "}");
  }

  private static void assertPredictions(
      RawConnection connection, String envelope, String predictions) throws Exception {
    Answer answer = connection.send(Wire.post("/predict", envelope)).answer();
    assertThat(answer.predictions()).isEqualTo(JSON.readTree(predictions));
  }
}
