package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers that are processes, probed in real time that runs fast. */
class CommandTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final EmulatedPlatform platform =
      EmulatedPlatform.builder().probeTimeScale(0.02).console(lines::add).start();
  private final Endpoint endpoint = platform.newEndpoint("my-endpoint", EndpointProfile.DEDICATED);

  @AfterEach
  void stop() {
    platform.close();
  }

  private static UploadedModel.Builder java(String... arguments) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String[] words = new String[6 + arguments.length];
    List.of(
            java,
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            CommandServer.class.getName())
        .toArray(words);
    System.arraycopy(arguments, 0, words, 6, arguments.length);
    return UploadedModel.command(words)
        // Long enough for a JVM to start at a fiftieth of the time.
        .startupProbe(Probe.tcpSocket().withThresholds(1000, 1))
        .livenessProbe(Probe.tcpSocket().withThresholds(1000, 1));
  }

  @Test
  void C1_6_C2_command_getsItsVariables() throws Exception {
    DeployedReplicas replicas =
        endpoint.deploy(
            java("serve", "--port=$(AIP_HTTP_PORT)", "$(MODE)")
                .variable("MODE", "$(AIP_MODE)-x")
                .storageUri("gs://bucket/model")
                .machine("g2-standard-8", "NVIDIA_L4")
                .build());
    HttpResponse<String> response = PlatformTest.post(endpoint.uri(":rawPredict"), "x");
    String route = "/v1/endpoints/my-endpoint/deployedModels/" + replicas.id();
    assertThat(response.body())
        .containsPattern("^\\[serve, --port=[0-9]+, PREDICTION-x]")
        .contains(
            "AIP_ACCELERATOR_TYPE=NVIDIA_L4,",
            "AIP_DEPLOYED_MODEL_ID=" + replicas.id() + ",",
            "AIP_ENDPOINT_ID=my-endpoint,",
            "AIP_FRAMEWORK=CUSTOM_CONTAINER,",
            "AIP_HEALTH_ROUTE=" + route + ",",
            "AIP_MACHINE_TYPE=g2-standard-8,",
            "AIP_MODE=PREDICTION,",
            "AIP_MODE_VERSION=1.0.0,",
            "AIP_MODEL_NAME=my-endpoint,",
            "AIP_PREDICT_ROUTE=" + route + ":predict,",
            "AIP_STORAGE_URI=gs://bucket/model,",
            "AIP_VERSION_NAME=" + replicas.id() + ",",
            "MODE=PREDICTION-x");
  }

  @Test
  void C1_44_close_stopsBySigterm_andLogsCarryAPrefix() {
    endpoint.deploy(java("serve").replicas(2).build());
    platform.close();
    assertThat(lines)
        .contains("[replica 0] listening", "[replica 1] listening")
        .contains("[replica 0] asked to stop", "[replica 1] asked to stop")
        .noneMatch(line -> line.contains("is killed"));
  }

  @Test
  void C1_40_processThatEndsEarly_failsTheDeployment() {
    UploadedModel model = java("fail").build();
    assertThatThrownBy(() -> endpoint.deploy(model))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("exited unexpectedly")
        .hasMessageContaining("status 3");
    assertThat(lines).contains("[replica 0 stderr] no model");
  }

  @Test
  @Timeout(60)
  void processThatDies_isStartedAgain() throws Exception {
    DeployedReplicas replicas = endpoint.deploy(java("crash").predictRoute("/crash").build());
    assertThat(endpoint.predict("{\"instances\":[]}").statusCode()).isEqualTo(503);
    while (replicas.restarts() == 0 || replicas.healthyReplicas() == 0) {
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    assertThat(replicas.restarts()).isEqualTo(1);
  }

  @Test
  void command_thatIsNotThere_cannotBeDeployed() {
    UploadedModel model = UploadedModel.command("/no/such/server").build();
    assertThatThrownBy(() -> endpoint.deploy(model)).hasMessageContaining("/no/such/server");
  }

  @Test
  void C2_18_aipVariables_cannotBeSet() {
    assertThatThrownBy(() -> UploadedModel.command("x").variable("AIP_MODE", "x"))
        .hasMessageContaining("AIP_MODE");
  }
}
