package io.github.vertexj.tomcatwar;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What keeps the server from starting, and what it says then. */
@EnabledOnOs(OS.LINUX)
class StartTest {
  private static final Path FAULTY_MODEL =
      Path.of("../../vertex-core/src/test/resources/models/gpu_fault_on_negative").toAbsolutePath();

  @Test
  void war_thatIsNotTheRoot_stopsTheProcessWithOneSentence(@TempDir Path base) throws Exception {
    TomcatProcess.layOut(base);
    Files.move(base.resolve("webapps/ROOT.war"), base.resolve("webapps/digits.war"));
    try (TomcatProcess tomcat = TomcatProcess.start(base, Map.of())) {
      assertThat(tomcat.awaitExit()).isEqualTo(1);
      assertThat(tomcat.stdout())
          .contains("this application is deployed at /digits", "deploy it as ROOT.war");
    }
  }

  @Test
  void port_thatIsNone_stopsTheProcessWithOneLine(@TempDir Path base) throws Exception {
    TomcatProcess.layOut(base);
    try (TomcatProcess tomcat = TomcatProcess.start(base, Map.of("AIP_HTTP_PORT", "eighty"))) {
      assertThat(tomcat.awaitExit()).isEqualTo(1);
      assertThat(tomcat.stdout()).contains("AIP_HTTP_PORT").hasLineCount(1);
    }
  }

  @Test
  void model_thatDoesNotLoad_stopsTheProcess(@TempDir Path base) throws Exception {
    TomcatProcess.layOut(base);
    Map<String, String> nowhere = Map.of("AIP_STORAGE_URI", base.resolve("nowhere").toString());
    try (TomcatProcess tomcat = TomcatProcess.start(base, nowhere)) {
      assertThat(tomcat.awaitExit()).isEqualTo(1);
      assertThat(tomcat.stdout()).contains("The model could not be loaded", "nowhere");
    }
  }

  /** An unhealthy container stays as it is for good; one that has ended is started again. */
  @Test
  void C1_33_C1_48_deviceThatIsLost_stopsTheProcess(@TempDir Path base) throws Exception {
    TomcatProcess.layOut(base);
    Map<String, String> faulty = Map.of("AIP_STORAGE_URI", FAULTY_MODEL.toString());
    try (TomcatProcess tomcat = TomcatProcess.start(base, faulty)) {
      String row = "[-1, 0, 0, 0, 0, 0, 0, 0]";
      String envelope = "{\"instances\": [[%s]]}".formatted(String.join(", ", nCopies(8, row)));
      HttpResponse<String> reply = tomcat.awaitHealth(200).predict(envelope);

      assertThat(reply.statusCode()).isEqualTo(503);
      assertThat(reply.body()).contains("the model's device is lost");
      assertThat(tomcat.awaitExit()).isEqualTo(1);
    }
  }
}
