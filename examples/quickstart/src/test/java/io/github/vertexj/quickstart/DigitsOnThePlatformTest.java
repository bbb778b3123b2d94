package io.github.vertexj.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.emulator.EmulatedEndpoint;
import io.github.vertexj.emulator.Endpoint;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The trained model behind a shared endpoint, which turns grey values into doubles on the way. */
@EmulatedEndpoint(provider = DigitProvider.class, storageUri = "digits")
class DigitsOnThePlatformTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void request_throughThePlatform_isAnsweredAndNamed(Endpoint endpoint) throws Exception {
    HttpResponse<String> response =
        endpoint.predict(Files.readString(Path.of("digits/request.json")));
    JsonNode reply = JSON.readTree(response.body());
    assertThat(reply.at("/predictions/0/digit").intValue()).isEqualTo(1);
    assertThat(reply.path("modelDisplayName").textValue()).isEqualTo("DigitProvider");
  }

  @Test
  void heldOutImages_throughThePlatform_areRecognised(Endpoint endpoint) throws Exception {
    List<String> lines = Files.readAllLines(Path.of("digits/heldout.jsonl")).subList(0, 64);
    ObjectNode envelope = JSON.createObjectNode();
    ArrayNode instances = envelope.putArray("instances");
    for (String line : lines) {
      instances.add(JSON.readTree(line).path("instance"));
    }
    HttpResponse<String> response = endpoint.predict(envelope.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode predictions = JSON.readTree(response.body()).path("predictions");
    assertThat(predictions).hasSize(64);
    int right = 0;
    for (int image = 0; image < 64; image++) {
      int label = JSON.readTree(lines.get(image)).path("label").intValue();
      right += predictions.get(image).path("digit").intValue() == label ? 1 : 0;
    }
    assertThat(right).isGreaterThanOrEqualTo(60);
  }

  @Test
  void badImage_throughThePlatform_isAFailedPreconditionWithTheServersText(Endpoint endpoint)
      throws Exception {
    HttpResponse<String> response = endpoint.predict("{\"instances\": [[[1, 2], [3, 4]]]}");
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode error = JSON.readTree(response.body()).path("error");
    assertThat(error.path("status").textValue()).isEqualTo("FAILED_PRECONDITION");
    assertThat(error.path("message").textValue()).contains("[8, 8]", "$.instances[0]");
  }
}
