package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedEndpointTest extends PlatformTest {
  private Endpoint endpoint;

  @BeforeEach
  void deploy() {
    endpoint = deployed(EndpointProfile.SHARED);
  }

  private String received() {
    return container.asked.get(0).body();
  }

  @Test
  void C3_8_integers_arriveAsDoubles() throws Exception {
    endpoint.predict("{\"instances\":[1,-7,9007199254740993,0.5,\"1\",true,null,[2],{\"a\":3}]}");
    assertThat(received())
        .isEqualTo(
            "{\"instances\":[1.0,-7.0,9.007199254740992E15,0.5,\"1\",true,null,[2.0],{\"a\":3.0}]}");
  }

  @Test
  void C3_8_numberBeyondDoubles_isRefused() throws Exception {
    HttpResponse<String> response = endpoint.predict("{\"instances\":[1e400]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("status").textValue()).isEqualTo("INVALID_ARGUMENT");
    assertThat(container.asked).isEmpty();
  }

  @Test
  void C3_9_keyOrder_isNotPreserved() throws Exception {
    endpoint.predict("{\"instances\":[{\"a\":\"x\",\"b\":{\"c\":\"y\",\"d\":\"z\"}}]}");
    assertThat(received())
        .isEqualTo("{\"instances\":[{\"b\":{\"d\":\"z\",\"c\":\"y\"},\"a\":\"x\"}]}");
  }

  @Test
  void C3_4_parametersNull_areHandedOnAsNull() throws Exception {
    endpoint.predict("{\"parameters\":null,\"instances\":[\"x\"]}");
    assertThat(received()).isEqualTo("{\"instances\":[\"x\"],\"parameters\":null}");
  }

  @Test
  void C3_5_labels_areKnownAndNotHandedOn() throws Exception {
    assertThat(endpoint.predict("{\"instances\":[],\"labels\":{\"a\":\"b\"}}").statusCode())
        .isEqualTo(200);
    assertThat(received()).isEqualTo("{\"instances\":[]}");
  }

  @Test
  void C3_5_unknownTopLevelField_isRefusedByName() throws Exception {
    HttpResponse<String> response =
        endpoint.predict("{\"instances\":[1],\"signature_name\":\"serving\"}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("message").textValue()).contains("\"signature_name\"");
    assertThat(container.asked).isEmpty();
  }

  @Test
  void fieldsThatAreNull_areMissing() throws Exception {
    assertThat(
            endpoint.predict("{\"instances\":null,\"labels\":null,\"endpoint\":null}").statusCode())
        .isEqualTo(200);
    assertThat(received()).isEqualTo("{\"instances\":[]}");
  }

  @Test
  void endpointInTheBody_isAFieldOfTheMessage() throws Exception {
    assertThat(endpoint.predict("{\"endpoint\":\"e\",\"instances\":[1]}").statusCode())
        .isEqualTo(200);
    assertThat(received()).isEqualTo("{\"instances\":[1.0]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'labels':5}                          | 'labels' (Map), 5",
        "{'labels':[]}                         | 'labels' (Map), []",
        "{'labels':{'a':'b','c':5}}            | 'labels[1].value' (TYPE_STRING), 5",
        "{'labels':{'a':null}}                 | 'labels[0].value'",
        "{'endpoint':[1]}                      | 'endpoint' (TYPE_STRING), [1]",
        "{'instances':'x'}                     | 'instances'",
        "{'instances':{'a':1}}                 | 'instances'",
        "{'instances':[1],'x':1,'y':2}         | Unknown name \"y\"",
        "{'instances':[{'a':['\\ud800']}]}      | 'instances[0].a[0]'",
        "{'instances':[{'\\udc00':1}]}          | Line 1, column",
        "{'instances':[],'parameters':'\\ud83dx'} | 'parameters'",
        "{'instances':[],'parameters':[-1e999]}  | 'parameters[0]'",
      })
  void fieldOfAnotherType_isRefusedByItsPlace(String body, String place) throws Exception {
    HttpResponse<String> response = endpoint.predict(body.replace('\'', '"'));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("message").textValue())
        .startsWith("Invalid JSON payload received. ")
        .contains(place);
    assertThat(container.asked).isEmpty();
  }

  @Test
  void nesting_endsAtAHundred() throws Exception {
    String deep = "[".repeat(99) + "]".repeat(99); // and the object around
    assertThat(endpoint.predict("{\"instances\":" + deep + "}").statusCode()).isEqualTo(200);
    HttpResponse<String> response = endpoint.predict("{\"instances\":[" + deep + "]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("message").textValue()).contains("Message too deep");
    assertThat(container.asked).hasSize(1);
  }

  @Test
  void replyThatIsNoMessage_isInternal() throws Exception {
    for (String value : List.of("\"\\ud800\"", "[".repeat(120) + "]".repeat(120), "1e999")) {
      container.answer = TestContainer.json(200, "{\"predictions\":[" + value + "]}");
      assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(500);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'instances': [1, }        | Line 1, column 19:",
        "{'instances':~ [1,~  x]}   | Line 3, column 3:",
        "{'instances': [1]} x       | Line 1, column 20:",
        "{instances: [1]}           | Line 1, column 2:",
        "{'instances': [1           | Line 1, column 17:",
        "{'instances': [NaN]}       | Line 1, column 19:",
        "{'instances': ['a~b']}     | Line 1, column 18:",
        "{'instances': [01]}        | Line 1, column 1",
        "[1]                        | Line 1, column 1:",
      })
  void syntaxError_isToldWithItsPlace(String body, String place) throws Exception {
    HttpResponse<String> response =
        endpoint.predict(body.replace('\'', '"').replace('~', '\n').strip());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("message").textValue())
        .startsWith("Invalid JSON payload received. ")
        .contains(place)
        .containsPattern("\n *\\^$");
    assertThat(error(response).at("/details/0/fieldViolations/0/description").textValue())
        .isEqualTo(error(response).path("message").textValue());
  }

  @Test
  void textThatIsNotUtf8_isRefused() throws Exception {
    for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.ISO_8859_1)) {
      HttpRequest request =
          HttpRequest.newBuilder(endpoint.uri(":predict"))
              .POST(HttpRequest.BodyPublishers.ofString("{\"instances\":[\"ä\"]}", charset))
              .build();
      assertThat(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(400);
    }
    assertThat(container.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[1]", "{\"instances\":1}", "{\"instances\":[1]} x", "{\"instances\":[NaN]}"})
  void body_thatIsNoPredictRequest_isRefused(String body) throws Exception {
    HttpResponse<String> response = endpoint.predict(body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("status").textValue()).isEqualTo("INVALID_ARGUMENT");
    assertThat(container.asked).isEmpty();
  }

  @Test
  void C3_15_fields_areAdded() throws Exception {
    container.answer =
        TestContainer.json(200, "{\"predictions\":[1],\"deployedModelId\":\"mine\"}");
    JsonNode reply = JSON.readTree(endpoint.predict(ENVELOPE).body());
    assertThat(reply.path("deployedModelId").textValue()).matches("[0-9]{19}");
    assertThat(reply.path("model").textValue())
        .matches("projects/emulated/locations/us-central1/models/[0-9]{19}");
    assertThat(reply.path("modelDisplayName").textValue()).isEqualTo("digits");
    assertThat(reply.path("modelVersionId").textValue()).isEqualTo("7");
  }

  @Test
  void C3_17_otherFieldsOfTheReply_areDropped_metadataIsKept() throws Exception {
    container.answer =
        TestContainer.json(200, "{\"predictions\":[1],\"metadata\":{\"b\":2},\"tokens\":3}");
    JsonNode reply = JSON.readTree(endpoint.predict(ENVELOPE).body());
    assertThat(reply.path("metadata")).hasToString("{\"b\":2.0}");
    assertThat(reply.has("tokens")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "400, 400, FAILED_PRECONDITION",
    "404, 400, FAILED_PRECONDITION",
    "413, 400, FAILED_PRECONDITION",
    "429, 400, FAILED_PRECONDITION",
    "500, 500, INTERNAL",
    "501, 500, INTERNAL",
    "503, 503, UNAVAILABLE",
    "504, 504, DEADLINE_EXCEEDED",
  })
  void C3_30_to_C3_32_statusOfTheContainer_isMapped(int status, int seen, String code)
      throws Exception {
    String body = "{\"error\": \"too \\\"long\\\"\"}\n";
    container.answer = TestContainer.json(status, body);
    HttpResponse<String> response = endpoint.predict(ENVELOPE);
    assertThat(response.statusCode()).isEqualTo(seen);
    assertThat(error(response).path("code").intValue()).isEqualTo(seen);
    assertThat(error(response).path("status").textValue()).isEqualTo(code);
    assertThat(error(response).path("message").textValue()).isEqualTo(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"results\":[1]}",
        "[]",
        "no JSON",
        "{\"predictions\":[NaN]}",
        "{\"predictions\":{}}"
      })
  void C3_34_replyWithoutPredictions_isInternal(String reply) throws Exception {
    container.answer = TestContainer.json(200, reply);
    HttpResponse<String> response = endpoint.predict(ENVELOPE);
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(error(response).path("message").textValue())
        .contains("the response field predictions is missing")
        .endsWith(reply);
  }

  @Test
  void C3_20a_bodyAboveTheLimit_isRefused() throws Exception {
    String filler = " ".repeat(1_500_000 - ENVELOPE.length());
    assertThat(endpoint.predict(ENVELOPE + filler).statusCode()).isEqualTo(200);
    HttpResponse<String> response = endpoint.predict(ENVELOPE + filler + " ");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("message").textValue()).contains("1500000");
    assertThat(container.asked).hasSize(1);
  }

  @Test
  void C3_20a_replyAboveTheLimit_isAnError() throws Exception {
    container.answer =
        TestContainer.json(200, "{\"predictions\":[\"" + "x".repeat(1_500_000) + "\"]}");
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(500);
  }

  @Test
  void C3_35_silentContainer_is504() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    container.answer =
        (exchange, asked) -> {
          try {
            gate.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Endpoint quick = deployed(EndpointProfile.SHARED.withInferenceTimeout(Duration.ofMillis(100)));
    HttpResponse<String> response = quick.predict(ENVELOPE);
    gate.countDown();
    assertThat(response.statusCode()).isEqualTo(504);
    assertThat(error(response).path("status").textValue()).isEqualTo("DEADLINE_EXCEEDED");
  }

  @Test
  void C3_37_containerThatBreaksOff_is503() throws Exception {
    container.answer = (exchange, asked) -> exchange.close();
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(503);
  }

  @Test
  void C3_42_onlyContentType_reachesTheContainer() throws Exception {
    post(
        endpoint.uri(":predict"),
        ENVELOPE,
        "Content-Type",
        "application/json; charset=utf-8",
        "Authorization",
        "Bearer x",
        "X-Mine",
        "1");
    TestContainer.Asked asked = container.asked.get(0);
    assertThat(asked.uri()).isEqualTo("/predict");
    assertThat(asked.headers().getFirst("Content-Type")).isEqualTo("application/json");
    assertThat(asked.headers()).doesNotContainKeys("X-mine", "Authorization");
  }

  @Test
  void C4_6_streamRawPredict_needsADedicatedEndpoint() throws Exception {
    assertThat(post(endpoint.uri(":streamRawPredict"), "x").statusCode()).isEqualTo(400);
    assertThat(post(endpoint.uri("/chat/completions"), "{}").statusCode()).isEqualTo(400);
    assertThat(container.asked).isEmpty();
  }

  @Test
  void path_ofNothing_is404() throws Exception {
    assertThat(post(endpoint.uri(":classify"), ENVELOPE).statusCode()).isEqualTo(404);
    assertThat(get(endpoint.uri(":predict")).statusCode()).isEqualTo(404);
    assertThat(get(platform.uri().resolve("/predict")).statusCode()).isEqualTo(404);
    assertThat(get(platform.uri().resolve("/v1/projects/p/locations/l/endpoints/1")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void escapedColon_isTheSamePath() throws Exception {
    assertThat(post(endpoint.uri("%3Apredict"), ENVELOPE).statusCode()).isEqualTo(200);
  }

  @Test
  void resource_namesTheDeployedModelAndItsTraffic() throws Exception {
    JsonNode resource = JSON.readTree(get(endpoint.uri("")).body());
    String id = resource.at("/deployedModels/0/id").textValue();
    assertThat(resource.path("name").textValue()).isEqualTo(endpoint.name());
    assertThat(resource.at("/deployedModels/0/displayName").textValue()).isEqualTo("digits");
    assertThat(resource.path("trafficSplit").path(id).intValue()).isEqualTo(100);
  }
}
