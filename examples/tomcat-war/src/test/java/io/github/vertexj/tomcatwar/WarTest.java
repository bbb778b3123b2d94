package io.github.vertexj.tomcatwar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.env.Environment;
import io.github.vertexj.quickstart.DigitProvider;
import io.github.vertexj.serving.Call;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.RequestHead;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The WAR in a Tomcat that believes it is on the platform. */
@EnabledOnOs(OS.LINUX)
class WarTest {
  private static final List<Integer> REQUEST_SIZES = List.of(1, 7, 64);
  private static TomcatProcess tomcat;

  @BeforeAll
  static void start(@TempDir Path base) throws Exception {
    Map<String, String> platform =
        Map.of(
            "AIP_MODE", "PREDICTION",
            "AIP_HEALTH_ROUTE", "/health",
            "AIP_PREDICT_ROUTE", "/predict");
    tomcat = TomcatProcess.start(TomcatProcess.layOut(base), platform).awaitHealth(200);
  }

  @AfterAll
  static void stop() {
    tomcat.close();
  }

  @Test
  void heldOutImages_areRecognised() throws Exception {
    List<JsonNode> images = Digits.heldOut();
    JsonNode predictions = Digits.predictions(tomcat.predict(Digits.envelope(images)).body());
    int right = 0;
    for (int i = 0; i < images.size(); i++) {
      if (predictions.path(i).path("digit").equals(images.get(i).get("label"))) {
        right++;
      }
    }
    assertThat(images).hasSize(360);
    assertThat(right / 360.0).isGreaterThanOrEqualTo(0.97);
  }

  @Test
  void replies_areThoseOfTheHandler_byteByByte() throws Exception {
    List<JsonNode> images = Digits.heldOut();
    Environment environment =
        Environment.of(Map.of("AIP_STORAGE_URI", TomcatProcess.DIGITS.toString()));
    try (PredictionHandler handler =
        PredictionHandler.builder(new DigitProvider()).environment(environment).build()) {
      handler.start().join();
      for (int size : REQUEST_SIZES) {
        String envelope = Digits.envelope(images.subList(0, size));
        assertThat(tomcat.predict(envelope).body()).isEqualTo(reply(handler, envelope));
      }
      String bad = "{\"instances\": [[1, 2]]}";
      assertThat(tomcat.predict(bad).body()).isEqualTo(reply(handler, bad)).contains("error");
    }
  }

  private static String reply(PredictionHandler handler, String envelope) {
    byte[] bytes = envelope.getBytes(StandardCharsets.UTF_8);
    RequestHead head = new RequestHead("POST", "/predict", null, Map.<String, String>of()::get);
    try (Call call = handler.call(head)) {
      assertThat(call.append(bytes, 0, bytes.length)).isTrue();
      call.run(Runnable::run, true);
      return StandardCharsets.UTF_8.decode(call.reply().join().body()).toString();
    }
  }

  @Test
  void unknownPath_isAnsweredByTheServlet_notByTomcat() throws Exception {
    assertThat(tomcat.get("/index.jsp").body()).contains("{\"error\":", "/predict");
    assertThat(tomcat.get("/manager/html").body()).contains("{\"error\":", "/predict");
  }

  @Test
  void brokenRequest_isRefusedWithoutNameOrVersionOfTheServer() throws Exception {
    try (Socket socket = new Socket("localhost", tomcat.uri("/").getPort())) {
      socket
          .getOutputStream()
          .write("GET /{ HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400").doesNotContainIgnoringCase("tomcat", "apache");
    }
  }

  @Test
  void C9_2_everything_is_logged_as_json_on_stdout() throws Exception {
    for (String line : tomcat.stdout().split("\n", -1)) {
      if (!line.isEmpty()) {
        assertThat(Digits.JSON.readTree(line).fieldNames())
            .toIterable()
            .contains("severity", "message", "time");
      }
    }
    assertThat(tomcat.stdout()).contains("Ready: GET /health, POST /predict");
    // libtorch says so itself, past any logger, on processors that NNPACK does not know
    assertThat(tomcat.stderr().lines().filter(line -> !line.contains("initialize NNPACK")))
        .isEmpty();
  }
}
