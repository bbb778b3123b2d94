package io.github.vertexj.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The README's first command, as a new user types it. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class RunScriptTest {

  @Test
  void runSh_withoutArguments_servesTheDigitsAndEndsWithZero() throws Exception {
    try (ServerProcess server = ServerProcess.command(List.of("./run.sh"))) {
      JsonNode reply = post(server.awaitReady(), Path.of("digits/request.json"));
      assertThat(reply.at("/predictions/0/digit").intValue()).isEqualTo(1);
      assertThat(server.log()).contains("/health", "/predict", "Ready");
      assertThat(server.terminate()).isZero();
    }
  }

  @Test
  void runSh_withAModelDirectory_servesItsRawTensors() throws Exception {
    String model = "../../vertex-core/src/test/resources/models/affine";
    try (ServerProcess server = ServerProcess.command(List.of("./run.sh", model))) {
      URI uri = server.awaitReady();
      JsonNode reply =
          post(uri, HttpRequest.BodyPublishers.ofString("{\"instances\":[[1,2.5],[-1,0]]}"));
      assertThat(reply).hasToString("{\"predictions\":[[3.0,6.0],[-1.0,1.0]]}");
      assertThat(server.terminate()).isZero();
    }
  }

  private static JsonNode post(URI uri, Path body) throws Exception {
    return post(uri, HttpRequest.BodyPublishers.ofFile(body));
  }

  private static JsonNode post(URI uri, HttpRequest.BodyPublisher body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve("/predict"))
            .header("Content-Type", "application/json")
            .POST(body)
            .build();
    return new ObjectMapper()
        .readTree(
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
  }
}
