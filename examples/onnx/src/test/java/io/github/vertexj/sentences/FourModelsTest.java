package io.github.vertexj.sentences;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.env.Environment;
import io.github.vertexj.onnx.OnnxModelProvider;
import io.github.vertexj.undertow.ModelServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each model over HTTP, against what the Python library that it comes from predicts. */
final class FourModelsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @ValueSource(strings = {"digits", "income", "wine", "sentences"})
  void predictions_areThoseOfThePythonLibrary(String name) throws Exception {
    PredictorProvider<?, ?> provider =
        name.equals("sentences") ? new SentenceProvider() : new OnnxModelProvider();
    try (ModelServer server =
        ModelServer.builder(provider)
            .environment(Environment.of(Map.of("AIP_STORAGE_URI", name)))
            .port(0)
            .build()
            .start()
            .awaitReady()) {
      List<JsonNode> instances = new ArrayList<>();
      List<JsonNode> expected = new ArrayList<>();
      for (String line : Files.readAllLines(Path.of(name, "heldout.jsonl"))) {
        instances.add(JSON.readTree(line).get("instance"));
        expected.add(JSON.readTree(line).get("prediction"));
      }
      assertThat(instances).hasSizeGreaterThan(30);

      JsonNode together = predict(server, instances);
      for (int i = 0; i < instances.size(); i++) {
        assertNear(expected.get(i), together.get(i), name + " " + i);
        assertNear(
            expected.get(i),
            predict(server, List.of(instances.get(i))).get(0),
            name + " alone " + i);
      }
    }
  }

  private static JsonNode predict(ModelServer server, List<JsonNode> instances) throws Exception {
    String body = JSON.writeValueAsString(Map.of("instances", instances));
    HttpResponse<String> reply =
        CLIENT.send(
            HttpRequest.newBuilder(server.uri().resolve("/predict"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body()).get("predictions");
  }

  private static void assertNear(JsonNode expected, JsonNode actual, String where) {
    if (actual.isArray() && expected.isArray()) {
      assertThat(actual).as(where).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertNear(expected.get(i), actual.get(i), where + "[" + i + "]");
      }
    } else if (expected.isObject()) {
      assertThat(actual.fieldNames())
          .as(where)
          .toIterable()
          .containsExactlyInAnyOrderElementsOf(() -> expected.fieldNames());
      expected
          .properties()
          .forEach(
              field ->
                  assertNear(
                      field.getValue(), actual.get(field.getKey()), where + "." + field.getKey()));
    } else if (expected.isNumber()) {
      assertThat(Math.abs(actual.asDouble() - expected.asDouble())).as(where).isLessThan(TOLERANCE);
    } else {
      assertThat(actual).as(where).isEqualTo(expected);
    }
  }
}
