package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one who types a command sees. */
class CommandLineTest extends PlatformTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost:8080            | begin with http://",
        "127.0.0.1:8080            | http://localhost:8080",
        "ftp://localhost:8080      | begin with http://",
        "https://localhost:8443    | plain HTTP",
        "http://localhost:8080/x   | leave out the path",
        "http://localhost:8080?x=1 | leave out the path",
        "http://localhost:8080/#x  | leave out the path",
        "http://a:b@localhost:8080 | leave out the user",
        "http://localhost:99999    | give a host and a port",
        "http://:8080              | http://localhost:8080",
        "http://                   | http://localhost:8080",
      })
  void url_thatCannotWork_isRefusedWithWhatToChange(String url, String advice) {
    EmulatorArguments arguments = EmulatorArguments.of("--url", url);
    assertThatThrownBy(arguments::model)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(url)
        .hasMessageContaining(advice);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:8080/", "HTTP://localhost:8080", "http://[::1]:8080"})
  void url_mayEndInASlash(String url) {
    assertThat(EmulatorArguments.of("--url", url).model().replicas()).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void url_whereNothingListens_failsTheDeploymentAtOnce() throws Exception {
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    UploadedModel model = EmulatorArguments.of("--url", "http://localhost:" + port).model();
    try (EmulatedPlatform real = EmulatedPlatform.start()) {
      Endpoint endpoint = real.newEndpoint(EndpointProfile.SHARED);
      assertThatThrownBy(() -> endpoint.deploy(model))
          .isInstanceOf(DeploymentException.class)
          .hasMessageContaining("nothing listens at http://localhost:" + port);
    }
  }

  @Test
  @Timeout(60)
  void replica_thatIsNotReady_saysWhy_once() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    container.health = 404;
    try (EmulatedPlatform told =
        EmulatedPlatform.builder().manualProbeTime().console(lines::add).start()) {
      told.newEndpoint(EndpointProfile.SHARED).deploy(container.model().build());
      told.advance(Duration.ofSeconds(35));
      assertThat(lines)
          .containsExactly("[replica 0] is not ready: GET /health is answered with 404");
      container.close();
      told.advance(Duration.ofSeconds(60));
      assertThat(lines)
          .anyMatch(line -> line.contains("start it again yourself"))
          .noneMatch(line -> line.contains("is restarted"));
    }
  }

  @Test
  void invoke_needsADedicatedEndpointAndNoBatch() {
    EmulatorArguments shared = EmulatorArguments.of("--url=http://localhost:1", "--invoke");
    assertThatThrownBy(shared::profile).hasMessageContaining("--profile dedicated");
    EmulatorArguments batch =
        EmulatorArguments.of(
            "--url=http://localhost:1", "--invoke", "--profile=dedicated", "--batch-input=x");
    assertThatThrownBy(batch::profile).hasMessageContaining("predict route");
  }

  @Test
  void grpcPort_isOneAboveTheOther() {
    assertThat(EmulatorArguments.of("--command=x").grpcPort()).isEqualTo(8086);
    assertThat(EmulatorArguments.of("--command=x", "--port=0").grpcPort()).isZero();
    assertThat(EmulatorArguments.of("--command=x", "--grpc-port=7").grpcPort()).isEqualTo(7);
  }

  private static final Pattern QUOTED = Pattern.compile("\"(http://[^\"]*)\"");

  private static String url(String invitation) {
    Matcher matcher = QUOTED.matcher(invitation);
    assertThat(matcher.find()).as(invitation).isTrue();
    return matcher.group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "dedicated"})
  void invitation_isACallThatWorks(String profile) throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.of(profile));
    DeployedReplicas replicas = endpoint.deployedModels().get(0);
    String invitation = Invitation.to(endpoint, replicas, Optional.of("localhost:8086"));
    assertThat(post(URI.create(url(invitation)), ENVELOPE).statusCode()).isEqualTo(200);
    assertThat(invitation)
        .contains("gcloud ai endpoints predict " + endpoint.id(), "localhost:8086")
        .matches(text -> text.contains("x-vertex-ai-endpoint-id") == profile.equals("dedicated"));
  }

  @Test
  void invitation_toInvoke_namesNoOtherMethod() throws Exception {
    UploadedModel model =
        UploadedModel.servers(container.uri()).healthRoute("/health").invokeRoutes().build();
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED, model);
    DeployedReplicas replicas = endpoint.deployedModels().get(0);
    String invitation = Invitation.to(endpoint, replicas, Optional.of("localhost:8086"));
    assertThat(get(URI.create(url(invitation))).statusCode()).isEqualTo(200);
    assertThat(invitation).doesNotContain(":predict", "gcloud", "gRPC");
  }

  @Test
  void platform_namesTheAddressThatItListensOn() throws IOException {
    try (EmulatedPlatform all = EmulatedPlatform.builder().listen("0.0.0.0", 0).start();
        EmulatedPlatform one = EmulatedPlatform.builder().listen("127.0.0.1", 0).start()) {
      assertThat(all.uri().getHost()).isEqualTo("localhost");
      assertThat(one.uri().getHost()).isEqualTo("localhost");
    }
    InetAddress host = InetAddress.getLocalHost();
    try (EmulatedPlatform named =
        EmulatedPlatform.builder().listen(host.getHostAddress(), 0).start()) {
      assertThat(named.uri().getHost())
          .isEqualTo(host.isLoopbackAddress() ? "localhost" : host.getHostAddress());
    }
  }
}
