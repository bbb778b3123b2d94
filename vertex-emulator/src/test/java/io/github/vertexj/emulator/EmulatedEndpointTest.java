package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@EmulatedEndpoint(provider = EmulatedEndpointTest.Echo.class, replicas = 2)
class EmulatedEndpointTest {

  static final class Echo implements PredictorProvider<JsonNode, JsonNode> {
    @Override
    public LoadedModel<JsonNode, JsonNode> load(DeployedModel model, LoadProgress progress) {
      return LoadedModel.of(JsonNode.class, (instances, parameters) -> instances);
    }
  }

  @Test
  void provider_ofTheAnnotation_isDeployed(Endpoint endpoint) throws Exception {
    HttpResponse<String> response = endpoint.predict("{\"instances\":[1,{\"a\":2}]}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body())
        .startsWith("{\"predictions\":[1.0,{\"a\":2.0}],")
        .contains("\"modelDisplayName\":\"Echo\"");
  }

  @Test
  void instances_thatAreMissing_areAnEmptyArray(Endpoint endpoint) throws Exception {
    assertThat(endpoint.predict("{}").body()).startsWith("{\"predictions\":[],");
  }

  @Nested
  class NestedTests {
    @Test
    void share_theEndpoint(Endpoint endpoint, EmulatedPlatform platform) throws Exception {
      assertThat(endpoint.uri("").getPort()).isEqualTo(platform.uri().getPort());
      assertThat(endpoint.predict("{\"instances\":[\"x\"]}").statusCode()).isEqualTo(200);
    }
  }
}
