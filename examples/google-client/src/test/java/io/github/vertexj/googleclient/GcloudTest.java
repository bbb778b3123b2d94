package io.github.vertexj.googleclient;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.emulator.EmulatedEndpoint;
import io.github.vertexj.emulator.EmulatedPlatform;
import io.github.vertexj.emulator.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls of gcloud, which needs no account for this; skipped where it is not installed. */
@EmulatedEndpoint(provider = Doubling.class, profile = "dedicated")
class GcloudTest {
  @TempDir Path folder;
  private Program program;
  private Endpoint endpoint;

  @BeforeEach
  void prepare(EmulatedPlatform platform, Endpoint emulated) throws Exception {
    Files.writeString(folder.resolve("request.json"), "{\"instances\": [{\"value\": 5}]}");
    endpoint = emulated;
    program =
        new Program(
            folder,
            Map.of(
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_AIPLATFORM", platform.uri() + "/",
                "CLOUDSDK_AUTH_ACCESS_TOKEN", "none",
                // No prompt, no report of use, and no settings of the one who runs the test.
                "CLOUDSDK_CORE_DISABLE_PROMPTS", "1",
                "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "1",
                "CLOUDSDK_CONFIG", folder.resolve("config").toString()));
  }

  private String gcloud(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("gcloud", "ai", "endpoints"));
    command.addAll(List.of(words));
    command.addAll(List.of(endpoint.id(), "--project=emulated", "--region=us-central1"));
    return program.run(command).output();
  }

  @Test
  void predict() throws Exception {
    assertThat(gcloud("predict", "--json-request=request.json")).contains("[{'value': 10}]");
  }

  @Test
  void rawPredict() throws Exception {
    assertThat(gcloud("raw-predict", "--request=@request.json"))
        .contains("{\"predictions\":[{\"value\":10}]}");
  }

  @Test
  void streamRawPredict() throws Exception {
    assertThat(gcloud("stream-raw-predict", "--request=@request.json"))
        .contains("{\"predictions\":[{\"value\":10}]}");
  }

  @Test
  void describe() throws Exception {
    assertThat(gcloud("describe")).contains("displayName: Doubling", "name: " + endpoint.name());
  }

  @Test
  void directRawPredict_saysWhatTheContainerLacks() throws Exception {
    Files.writeString(
        folder.resolve("direct.json"), "{\"methodName\": \"/a.B/C\", \"input\": \"eA==\"}");
    assertThat(gcloud("direct-raw-predict", "--json-request=direct.json"))
        .contains("FAILED_PRECONDITION", "grpcPorts");
  }
}
