package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicasTest extends PlatformTest {
  private static final Duration CHECK = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 302, 404, 500, 503})
  void C1_31_healthThatIsNot200_getsNoTraffic(int status) throws Exception {
    container.health = status;
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(503);
    assertThat(container.asked).isEmpty();
  }

  @Test
  void C1_32_fourBadAnswersInARow_stopTheTraffic() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    container.health = 503;
    for (int bad = 1; bad <= 3; bad++) {
      platform.advance(CHECK);
      assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(200);
    }
    platform.advance(CHECK);
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(503);
  }

  @Test
  void C1_32_aGoodAnswer_resetsTheCount() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    for (int round = 0; round < 3; round++) {
      container.health = 503;
      platform.advance(CHECK.multipliedBy(3));
      container.health = 200;
      platform.advance(CHECK);
    }
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(200);
  }

  @Test
  void C1_33_one200_bringsTheTrafficBack_andNothingIsRestarted() throws Exception {
    Endpoint endpoint = platform.newEndpoint(EndpointProfile.SHARED);
    DeployedReplicas replicas = endpoint.deploy(container.model().build());
    container.health = 503;
    platform.advance(Duration.ofMinutes(5));
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(503);
    container.health = 200;
    platform.advance(CHECK);
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(200);
    assertThat(replicas.restarts()).isZero();
  }

  @Test
  void C1_22_fourFailedConnections_restartTheContainer() {
    Endpoint endpoint = platform.newEndpoint(EndpointProfile.SHARED);
    DeployedReplicas replicas = endpoint.deploy(container.model().build());
    platform.advance(CHECK);
    container.close();
    platform.advance(CHECK.multipliedBy(3));
    assertThat(replicas.restarts()).isZero();
    platform.advance(CHECK);
    assertThat(replicas.restarts()).isEqualTo(1);
  }

  @Test
  void C1_26_health_waitsForTheStartupProbe() throws Exception {
    Probe started = Probe.httpGet("/started").withTimeout(Duration.ofSeconds(20)); // 1 s by default
    container.answer = TestContainer.json(503, "{}");
    Endpoint endpoint =
        deployed(EndpointProfile.SHARED, container.model().startupProbe(started).build());
    platform.advance(CHECK);
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(503);
    container.answer = TestContainer.json(200, "{\"predictions\":[]}");
    platform.advance(CHECK);
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(200);
  }

  @Test
  void C1_28_execProbe_goesByTheExitStatus() throws Exception {
    Probe good = Probe.exec("sh", "-c", "exit 0").withTimeout(Duration.ofSeconds(20));
    Probe bad = Probe.exec("sh", "-c", "exit 1").withTimeout(Duration.ofSeconds(20));
    assertThat(
            deployed(EndpointProfile.SHARED, container.model().healthProbe(good).build())
                .predict(ENVELOPE)
                .statusCode())
        .isEqualTo(200);
    assertThat(
            deployed(EndpointProfile.SHARED, container.model().healthProbe(bad).build())
                .predict(ENVELOPE)
                .statusCode())
        .isEqualTo(503);
  }

  @Test
  void healthyReplicas_takeTurns_withoutTheSickOne() throws Exception {
    try (TestContainer second = new TestContainer();
        TestContainer third = new TestContainer()) {
      Endpoint endpoint =
          deployed(
              EndpointProfile.SHARED,
              UploadedModel.servers(container.uri(), second.uri(), third.uri())
                  .healthRoute("/health")
                  .predictRoute("/predict")
                  .build());
      second.health = 503;
      platform.advance(CHECK.multipliedBy(4));
      for (int request = 0; request < 10; request++) {
        assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(200);
      }
      assertThat(container.asked).hasSize(5);
      assertThat(second.asked).isEmpty();
      assertThat(third.asked).hasSize(5);
    }
  }

  @Test
  void C4_28_trafficSplit_isKeptExactly() throws Exception {
    try (TestContainer other = new TestContainer()) {
      Endpoint endpoint = platform.newEndpoint(EndpointProfile.SHARED);
      String first = endpoint.deploy(container.model().build()).id();
      String second = endpoint.deploy(other.model().build()).id();
      platform.advance(Duration.ZERO);
      endpoint.predict(ENVELOPE);
      assertThat(container.asked).as("the first model has all traffic").hasSize(1);
      endpoint.trafficSplit(Map.of(first, 20, second, 80));
      for (int request = 0; request < 20; request++) {
        endpoint.predict(ENVELOPE);
      }
      assertThat(container.asked).hasSize(1 + 4);
      assertThat(other.asked).hasSize(16);
    }
  }

  @Test
  void trafficSplit_thatMakesNoSense_isRefused() {
    Endpoint endpoint = platform.newEndpoint(EndpointProfile.SHARED);
    String id = endpoint.deploy(container.model().build()).id();
    assertThatThrownBy(() -> endpoint.trafficSplit(Map.of(id, 99))).hasMessageContaining("100");
    assertThatThrownBy(() -> endpoint.trafficSplit(Map.of("1", 100)))
        .hasMessageContaining("not on this endpoint");
  }

  @Test
  void endpoint_withoutModels_isAFailedPrecondition() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    endpoint.undeploy(
        JSON.readTree(get(endpoint.uri("")).body()).at("/deployedModels/0/id").textValue());
    assertThat(error(endpoint.predict(ENVELOPE)).path("status").textValue())
        .isEqualTo("FAILED_PRECONDITION");
  }

  @Test
  void C3_36_modelAtZero_is429UntilItIsUpAgain() throws Exception {
    Endpoint endpoint = platform.newEndpoint(EndpointProfile.DEDICATED);
    DeployedReplicas replicas = endpoint.deploy(container.model().build());
    platform.advance(Duration.ZERO);
    replicas.scaleToZero();
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(429);
    assertThat(error(endpoint.predict(ENVELOPE)).path("message").textValue())
        .startsWith("Model is not yet ready for inference.");
    assertThat(container.asked).isEmpty();
    platform.advance(CHECK);
    assertThat(endpoint.predict(ENVELOPE).statusCode()).isEqualTo(200);
  }
}
