package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.vertexj.env.Environment;
import io.github.vertexj.env.Routes;
import io.github.vertexj.serving.PredictionHandler;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which path and method reaches what. */
abstract class RoutesContract extends ServerContract {
  private static final String ENVELOPE = "{\"instances\": [1]}";

  RoutesContract(AdapterContract adapter) {
    super(adapter);
  }

  @Test
  void required_C2_20_default_routes_are_health_and_predict() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    assertHealth(connection, "/health");
    assertPredicts(connection, "/predict");
  }

  @Test
  void required_C2_11_default_routes_on_the_platform_hold_a_colon() throws Exception {
    RawConnection connection = connect(ready(onPlatform(Map.of())));
    String model = "/v1/endpoints/e-1/deployedModels/77";
    assertPredicts(connection, model + ":predict");
    assertPredicts(connection, model + "%3Apredict");
    assertPredicts(connection, model + "%3apredict");
    assertHealth(connection, model);
    assertHealth(connection, model + ":predict");
    assertNotFound(connection, "/predict");
    assertNotFound(connection, model + ":predic");
  }

  @Test
  void required_C2_5_routes_are_those_of_the_environment() throws Exception {
    RawConnection connection =
        connect(
            ready(onPlatform(Map.of("AIP_HEALTH_ROUTE", "/ping", "AIP_PREDICT_ROUTE", "invoke"))));
    assertHealth(connection, "/ping");
    assertPredicts(connection, "/invoke"); // C2.25: the slash is added
    assertNotFound(connection, "/health");
    assertNotFound(connection, "/predict");
  }

  @Test
  void required_C2_26_health_and_predict_may_share_a_path() throws Exception {
    RawConnection connection = connect(ready(withRoutes("/v1/m:predict", "/v1/m:predict")));
    assertHealth(connection, "/v1/m:predict");
    assertPredicts(connection, "/v1/m:predict");
    Answer refused = connection.send(Wire.request("DELETE", "/v1/m:predict")).answer();
    refused.error(405);
    assertThat(refused.header("allow")).isEqualTo("GET, HEAD, POST");
  }

  @TestFactory
  Stream<DynamicTest> required_C2_27_routes_are_literals() {
    return Stream.of(
        literal("/v1/m/9:predict", "/v1/m/9:predict", "/v1/m/9", "/v1/m/9:other"),
        literal("/models/{x}", "/models/%7Bx%7D", "/models/7"),
        literal("/models/:name", "/models/:name", "/models/7"),
        literal("/any/*", "/any/*", "/any/thing"),
        literal("/any/**", "/any/**", "/any/a/b"),
        literal("/a.b", "/a.b", "/aXb"),
        literal("/a+b", "/a+b", "/a%20b", "/aab"),
        literal("/(a|b)", "/(a%7Cb)", "/a"),
        literal("/end$", "/end$", "/end"),
        literal("/a;b=c", "/a;b=c", "/a"),
        literal("/größe", "/gr%C3%B6%C3%9Fe", "/grosse"),
        literal("/predict/", "/predict/", "/predict", "/predict//"),
        literal("/predict", "/predict", "/predict/", "/Predict", "/predict/more"),
        literal("/", "/", "/index.html"));
  }

  private DynamicTest literal(String route, String found, String... notFound) {
    return dynamicTest(
        route,
        () -> {
          try (ServedHandler served = ready(withRoutes("/alive", route));
              RawConnection connection = served.connect()) {
            assertPredicts(connection, found);
            for (String other : notFound) {
              assertNotFound(connection, other);
            }
            assertPredicts(connection, found);
          }
        });
  }

  @Test
  void required_routes_are_compared_without_the_query() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    assertHealth(connection, "/health?probe=1");
    assertPredicts(connection, "/predict?instances=2&x=%2F");
  }

  @Test
  void required_C3_39_unknown_path_is_404_by_every_method() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    for (String method : Arrays.asList("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
      connection.send(Wire.request(method, "/" + Wire.MARKER, "Content-Length: 0"));
      assertThat(connection.answer().error(404)).contains("/predict", "/health");
    }
    connection.send(Wire.request("HEAD", "/nowhere")).answerWithoutBody().expect(404);
    assertPredicts(connection, "/predict");
  }

  @TestFactory
  Stream<DynamicTest> required_C3_39_wrong_method_is_405_with_allow() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    return Stream.of("/predict POST", "/health GET, HEAD")
        .map(line -> line.split(" ", 2))
        .flatMap(
            route ->
                Stream.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW")
                    .filter(method -> !route[1].contains(method))
                    .map(method -> wrongMethod(connection, method, route[0], route[1])));
  }

  private static DynamicTest wrongMethod(
      RawConnection connection, String method, String path, String allow) {
    return dynamicTest(
        method + " " + path,
        () -> {
          Answer refused =
              connection.send(Wire.request(method, path, "Content-Length: 0")).answer();
          refused.error(405);
          assertThat(refused.header("allow")).isEqualTo(allow);
          assertPredicts(connection, "/predict");
        });
  }

  @Test
  void required_a_refused_request_with_a_body_leaves_the_connection_usable() throws Exception {
    RawConnection connection = connect(ready(new EchoProvider()));
    connection.send(Wire.post("/nowhere", ENVELOPE)).answer().error(404);
    connection.send(Wire.post("/health", ENVELOPE)).answer().error(405);
    byte[] get = Wire.request("GET", "/health", "Content-Length: " + ENVELOPE.length());
    connection.send(get).send(Wire.bytes(ENVELOPE)).answer().expect(200);
    assertPredicts(connection, "/predict");
  }

  private static PredictionHandler.Builder withRoutes(String health, String predict) {
    return PredictionHandler.builder(new EchoProvider()).routes(Routes.of(health, predict));
  }

  private static PredictionHandler.Builder onPlatform(Map<String, String> more) {
    Map<String, String> variables = new java.util.HashMap<>(more);
    variables.put("AIP_MODE", "PREDICTION");
    variables.put("AIP_ENDPOINT_ID", "e-1");
    variables.put("AIP_DEPLOYED_MODEL_ID", "77");
    return PredictionHandler.builder(new EchoProvider()).environment(Environment.of(variables));
  }

  private static void assertHealth(RawConnection connection, String path) throws Exception {
    connection.send(Wire.request("GET", path)).answer().expect(200).json();
  }

  private static void assertPredicts(RawConnection connection, String path) throws Exception {
    Answer answer = connection.send(Wire.post(path, ENVELOPE)).answer();
    assertThat(answer.predictions()).hasToString("[1]");
  }

  private static void assertNotFound(RawConnection connection, String path) throws Exception {
    connection.send(Wire.post(path, ENVELOPE)).answer().error(404);
  }
}
