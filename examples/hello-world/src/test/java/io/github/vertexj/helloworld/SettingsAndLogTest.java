package io.github.vertexj.helloworld;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.vertexj.env.Environment;
import io.github.vertexj.undertow.ModelServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The routes of the environment, and what is logged. */
class SettingsAndLogTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static int status(ModelServer server, String method, String path) throws Exception {
    URI uri = server.uri().resolve(path);
    return CLIENT
        .send(
            HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofString("{}")).build(),
            BodyHandlers.discarding())
        .statusCode();
  }

  private static ModelServer start(Map<String, String> environment) {
    return HelloWorld.server()
        .environment(Environment.of(environment))
        .port(0)
        .build()
        .start()
        .awaitReady();
  }

  @Test
  void routesOfTheEnvironment_areServed() throws Exception {
    Map<String, String> environment =
        Map.of("AIP_PREDICT_ROUTE", "/v1/models/m:predict", "AIP_HEALTH_ROUTE", "/alive");
    try (ModelServer server = start(environment)) {
      assertThat(status(server, "POST", "/v1/models/m:predict")).isEqualTo(200);
      assertThat(status(server, "POST", "/hello-world")).isEqualTo(200);
      assertThat(status(server, "GET", "/alive")).isEqualTo(200);
      assertThat(status(server, "POST", "/alive")).isEqualTo(200);
      assertThat(status(server, "POST", "/predict")).isEqualTo(404);
      assertThat(status(server, "GET", "/health")).isEqualTo(404);
    }
  }

  @Test
  void otherPath_isLoggedAsAWarning() throws Exception {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Logger logger = (Logger) LoggerFactory.getLogger(HelloWorld.class);
    logger.addAppender(logged);
    try (ModelServer server = start(Map.of())) {
      assertThat(status(server, "GET", "/no/where?x=1")).isEqualTo(404);
      assertThat(logged.list).hasSize(1);
      assertThat(logged.list.get(0).getLevel()).isEqualTo(Level.WARN);
      assertThat(logged.list.get(0).getFormattedMessage())
          .contains(server.uri().resolve("/no/where?x=1").toString());
    } finally {
      logger.detachAppender(logged);
    }
  }
}
