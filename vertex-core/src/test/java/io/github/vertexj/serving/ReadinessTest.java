package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private final Readiness readiness = new Readiness();

  @Test
  void C1_34_not_ready_until_told() {
    readiness.starting("warming up \"worker\" 1");
    assertThat(readiness.health().status()).isEqualTo(503);
    assertThat(body())
        .isEqualTo("{\"status\":\"starting\",\"reason\":\"warming up \\\"worker\\\" 1\"}");
    readiness.ready();
    assertThat(readiness.health().status()).isEqualTo(200);
    readiness.draining();
    assertThat(readiness.health().status()).isEqualTo(503);
    assertThat(body()).contains("draining");
  }

  @Test
  void states_onlyMoveForward() {
    readiness.ready();
    readiness.starting("loading again");
    assertThat(readiness.state()).isEqualTo(Readiness.State.READY);
    readiness.failed("lost");
    readiness.draining();
    readiness.ready();
    assertThat(readiness.state()).isEqualTo(Readiness.State.FAILED);
    assertThat(readiness.reason()).isEqualTo("lost");
  }

  private String body() {
    return StandardCharsets.UTF_8.decode(readiness.health().body()).toString();
  }
}
