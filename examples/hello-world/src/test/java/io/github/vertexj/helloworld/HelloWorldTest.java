package io.github.vertexj.helloworld;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.env.Environment;
import io.github.vertexj.undertow.ModelServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client sees of this server; and of the Python one, with {@code
 * -Dhello.url=http://localhost:8080}.
 */
class HelloWorldTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String HELLO = "{\"predictions\":[\"hello world.\"]}";

  private static @Nullable ModelServer server;
  private static URI url;

  @BeforeAll
  static void start() {
    String other = System.getProperty("hello.url");
    if (other == null) {
      server = HelloWorld.server().environment(Environment.of(Map.of())).port(0).build();
      url = server.start().awaitReady().uri();
    } else {
      url = URI.create(other);
    }
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static HttpResponse<String> send(String method, String path, String body, String type)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(path)).method(method, BodyPublishers.ofString(body));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static void assertHello(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(new ObjectMapper().readTree(response.body())).hasToString(HELLO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"instances\": [1, 2], \"parameters\": null}",
        "[\"anything\"]",
        "null",
        "{\"text\": \"one\nline,\tanother \u0001\"}"
      })
  void json_onBothRoutes_isGreeted(String body) throws Exception {
    for (String path : new String[] {"/predict", "/hello-world", "/predict?any=thing"}) {
      assertHello(send("POST", path, body, "application/json"));
      assertHello(send("POST", path, body, "text/plain"));
      assertHello(send("POST", path, body, "application/x-www-form-urlencoded"));
      assertHello(send("POST", path, body, ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/predict", "/hello-world"})
  void emptyBody_isNoParameters(String path) throws Exception {
    for (String type : new String[] {"application/json", "text/plain", ""}) {
      HttpResponse<String> response = send("POST", path, "", type);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).isEqualTo("no parameters");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/predict", "/hello-world"})
  void bodyThatIsNoJson_isAnError(String path) throws Exception {
    HttpResponse<String> response = send("POST", path, "{\"text\": ", "application/json");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(new ObjectMapper().readTree(response.body()).get("error").isTextual()).isTrue();
  }

  @Test
  void health_byGetAndPost_is200() throws Exception {
    assertThat(send("GET", "/health", "", "").statusCode()).isEqualTo(200);
    assertThat(send("POST", "/health", "", "").statusCode()).isEqualTo(200);
    assertThat(send("POST", "/health", "{}", "application/json").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/nowhere", "/predict/", "/hello-world/x?a=b&c", "/"})
  void otherPath_is404ThatNamesIt(String path) throws Exception {
    for (String method : new String[] {"GET", "POST"}) {
      HttpResponse<String> response = send(method, path, "", "");
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).isEqualTo("not found: " + url.resolve(path));
    }
  }

  @Test
  void otherMethod_is405() throws Exception {
    assertThat(send("GET", "/predict", "", "").statusCode()).isEqualTo(405);
    assertThat(send("GET", "/hello-world", "", "").statusCode()).isEqualTo(405);
    assertThat(send("DELETE", "/health", "", "").statusCode()).isEqualTo(405);
  }
}
