package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DedicatedEndpointTest extends PlatformTest {

  @Test
  void C3_8_bodies_passUnchanged() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    String body = "{\"instances\": [1, 9007199254740993], \"signature_name\": \"serving\"}";
    endpoint.predict(body);
    assertThat(container.asked.get(0).body()).isEqualTo(body);
  }

  @Test
  void C3_15_C3_17_C3_18_reply_keepsItsFieldsAndGetsMore() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    container.answer =
        TestContainer.json(200, "{\"predictions\":{\"choices\":[1]},\"tokens\":[3,1.50]}");
    String reply = endpoint.predict(ENVELOPE).body();
    assertThat(reply).startsWith("{\"predictions\":{\"choices\":[1]},\"tokens\":[3,1.50],");
    assertThat(JSON.readTree(reply).path("modelVersionId").textValue()).isEqualTo("7");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 413, 422, 429, 500, 503})
  void C3_33_errorOfTheContainer_passesThrough(int status) throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    container.answer = TestContainer.json(status, "{\"error\": \"x\"}\n");
    HttpResponse<String> response = endpoint.predict(ENVELOPE);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).isEqualTo("{\"error\": \"x\"}\n");
  }

  @Test
  void C3_20b_bodyAboveTheLimit_is413() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED.withMaxBodyBytes(20));
    assertThat(post(endpoint.uri(":rawPredict"), "x".repeat(20)).statusCode()).isEqualTo(200);
    assertThat(post(endpoint.uri(":rawPredict"), "x".repeat(21)).statusCode()).isEqualTo(413);
  }

  @Test
  void C4_1_C3_41_rawPredict_passesBytesHeadersAndStatus() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    container.answer =
        (exchange, asked) -> {
          exchange.getResponseHeaders().set("X-Its", "2");
          TestContainer.reply(exchange, 422, "image/png", "no");
        };
    HttpResponse<String> response =
        post(
            endpoint.uri(":rawPredict"),
            "bytes",
            "Content-Type",
            "image/jpeg",
            "X-Mine",
            "1",
            "Authorization",
            "Bearer x");
    TestContainer.Asked asked = container.asked.get(0);
    assertThat(asked.method() + " " + asked.uri() + " " + asked.body())
        .isEqualTo("POST /predict bytes");
    assertThat(asked.headers().getFirst("Content-Type")).isEqualTo("image/jpeg");
    assertThat(asked.headers().getFirst("X-Mine")).isEqualTo("1");
    assertThat(asked.headers()).doesNotContainKey("Authorization");
    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(response.body()).isEqualTo("no");
    assertThat(response.headers().firstValue("X-Its")).contains("2");
    assertThat(response.headers().firstValue("Content-Type")).contains("image/png");
  }

  @Test
  void C4_3_rawPredict_namesEndpointAndModelInHeaders() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    HttpResponse<String> response = post(endpoint.uri(":rawPredict"), "x");
    assertThat(response.headers().firstValue("X-Vertex-AI-Endpoint-Id")).contains(endpoint.id());
    assertThat(response.headers().firstValue("X-Vertex-AI-Deployed-Model-Id")).isPresent();
    assertThat(response.headers().firstValue("X-Vertex-AI-Model"))
        .hasValueSatisfying(model -> assertThat(model).startsWith("projects/"));
    assertThat(response.headers().firstValue("X-Vertex-AI-Model-Version-Id")).contains("7");
  }

  @Test
  void C4_6_C4_7_stream_passesEachPieceAtOnce() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    CountDownLatch firstSeen = new CountDownLatch(1);
    container.answer =
        (exchange, asked) -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          write(out, "data: 1\n\n");
          await(firstSeen);
          write(out, "data: [DONE]\n\n");
        };
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.uri(":streamRawPredict"))
            .POST(HttpRequest.BodyPublishers.ofString("{\"stream\":true}"))
            .build();
    HttpResponse<InputStream> response =
        CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
    try (InputStream in = response.body()) {
      assertThat(new String(in.readNBytes(9), StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");
      firstSeen.countDown();
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("data: [DONE]\n\n");
    }
  }

  @Test
  void stream_thatOutlastsTheTimeOut_isCutOff() throws Exception {
    Endpoint endpoint =
        deployed(EndpointProfile.DEDICATED.withInferenceTimeout(Duration.ofMillis(200)));
    CountDownLatch never = new CountDownLatch(1);
    container.answer =
        (exchange, asked) -> {
          exchange.sendResponseHeaders(200, 0);
          write(exchange.getResponseBody(), "data: 1\n\n");
          await(never);
        };
    assertThatThrownBy(() -> postUntilInTime(endpoint.uri(":streamRawPredict")))
        .isInstanceOf(IOException.class);
    never.countDown();
  }

  /** On a machine that stalls, the time-out may pass before the stream begins. */
  private static void postUntilInTime(URI uri) throws Exception {
    int status = 504;
    for (int tries = 0; tries < 20 && status == 504; tries++) {
      status = post(uri, "x").statusCode();
    }
  }

  @Test
  void C4_23_chatCompletions_areMarkedAndGoToThePredictRoute() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    container.answer = TestContainer.json(200, "{\"choices\":[]}");
    URI uri = URI.create(endpoint.uri("/chat/completions").toString().replace("/v1/", "/v1beta1/"));
    assertThat(post(uri, "{\"messages\":[],\"n\":1}").body()).isEqualTo("{\"choices\":[]}");
    TestContainer.Asked asked = container.asked.get(0);
    assertThat(asked.uri()).isEqualTo("/predict");
    assertThat(asked.body())
        .isEqualTo("{\"messages\":[],\"n\":1,\"@requestFormat\":\"chatCompletions\"}");
  }

  private UploadedModel invoking() {
    return UploadedModel.servers(container.uri()).healthRoute("/health").invokeRoutes().build();
  }

  @Test
  void C4_16_C4_17_invoke_reachesEveryPathButTheRoot() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED, invoking());
    post(endpoint.uri("/invoke/foo/b%20r?x=1"), "hello");
    get(endpoint.uri("/invoke/metrics"));
    assertThat(container.asked)
        .extracting(asked -> asked.method() + " " + asked.uri() + " " + asked.body())
        .containsExactly("POST /foo/b%20r?x=1 hello", "GET /metrics ");
    assertThat(get(endpoint.uri("/invoke/")).statusCode()).isEqualTo(404);
  }

  @Test
  void C4_16_invoke_canPinADeployedModel() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED, invoking());
    JsonNode resource = JSON.readTree(get(endpoint.uri("")).body());
    String id = resource.at("/deployedModels/0/id").textValue();
    assertThat(get(endpoint.uri("/deployedModels/" + id + "/invoke/foo")).statusCode())
        .isEqualTo(200);
    assertThat(get(endpoint.uri("/deployedModels/1/invoke/foo")).statusCode()).isEqualTo(404);
  }

  @Test
  void C4_15_C4_19_invokeModel_hasNoOtherMethod() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED, invoking());
    HttpResponse<String> response = endpoint.predict(ENVELOPE);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error(response).path("status").textValue()).isEqualTo("INTERNAL");
    assertThat(error(response).path("message").textValue()).contains("`/invoke${");
    for (String other : List.of(":rawPredict", ":streamRawPredict", "/chat/completions")) {
      assertThat(error(post(endpoint.uri(other), "{}"))).isEqualTo(error(response));
    }
  }

  @Test
  void C4_14_C4_15_invokeModel_needsADedicatedEndpointAndNoPredictRoute() {
    Endpoint shared = platform.newEndpoint(EndpointProfile.SHARED);
    assertThatThrownBy(() -> shared.deploy(invoking())).hasMessageContaining("dedicated");
    assertThatThrownBy(() -> container.model().invokeRoutes().build())
        .hasMessageContaining("C4.14");
  }

  @Test
  void resource_saysItIsDedicated() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    JsonNode resource = JSON.readTree(get(endpoint.uri("")).body());
    assertThat(resource.path("dedicatedEndpointEnabled").booleanValue()).isTrue();
    assertThat(resource.at("/clientConnectionConfig/inferenceTimeout").textValue())
        .isEqualTo("600s");
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
