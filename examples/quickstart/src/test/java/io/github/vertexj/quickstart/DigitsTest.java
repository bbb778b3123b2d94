package io.github.vertexj.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.env.Environment;
import io.github.vertexj.undertow.ModelServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trained model behind real HTTP. */
class DigitsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final List<JsonNode> HELD_OUT = new ArrayList<>();
  private static ModelServer server;

  @BeforeAll
  static void start() throws Exception {
    for (String line : Files.readAllLines(Path.of("digits/heldout.jsonl"))) {
      HELD_OUT.add(JSON.readTree(line));
    }
    server =
        ModelServer.builder(new DigitProvider())
            .environment(Environment.of(Map.of("AIP_STORAGE_URI", "digits")))
            .port(0)
            .build()
            .start()
            .awaitReady();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64, 360})
  void heldOutImages_inRequestsOfAnySize_areRecognised(int requestSize) throws Exception {
    int right = 0;
    for (int from = 0; from < HELD_OUT.size(); from += requestSize) {
      List<JsonNode> part = HELD_OUT.subList(from, Math.min(from + requestSize, HELD_OUT.size()));
      JsonNode predictions = predict(part);
      assertThat(predictions).hasSameSizeAs(part);
      for (int i = 0; i < part.size(); i++) {
        if (predictions.get(i).path("digit").intValue() == part.get(i).path("label").intValue()) {
          right++;
        }
      }
    }
    assertThat(HELD_OUT).hasSize(360);
    assertThat(right / 360.0).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void prediction_ofOneImage_hasTheDigitAndTenProbabilities() throws Exception {
    JsonNode prediction = predict(HELD_OUT.subList(0, 1)).get(0);
    assertThat(prediction.fieldNames()).toIterable().containsExactly("digit", "probabilities");
    assertThat(prediction.get("probabilities")).hasSize(10);
    double sum = 0;
    for (JsonNode probability : prediction.get("probabilities")) {
      sum += probability.doubleValue();
    }
    assertThat(sum).isBetween(0.9999, 1.0001);
  }

  @Test
  void request_inTheRepository_isTheOneThatTheScriptShows() throws Exception {
    HttpResponse<String> response = post(Files.readString(Path.of("digits/request.json")));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(response.body()).at("/predictions/0/digit").intValue())
        .isEqualTo(HELD_OUT.get(0).path("label").intValue());
  }

  @Test
  void image_ofAnotherSize_isRefusedWithItsPath() throws Exception {
    HttpResponse<String> response = post("{\"instances\": [[[1, 2], [3, 4]]]}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("[8, 8]", "[2, 2]", "$.instances[0]");
  }

  private static JsonNode predict(List<JsonNode> images) throws Exception {
    ObjectNode envelope = JSON.createObjectNode();
    ArrayNode instances = envelope.putArray("instances");
    images.forEach(image -> instances.add(image.get("instance")));
    HttpResponse<String> response = post(envelope.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body()).get("predictions");
  }

  private static HttpResponse<String> post(String body) throws Exception {
    URI uri = server.uri().resolve("/predict");
    return CLIENT.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
