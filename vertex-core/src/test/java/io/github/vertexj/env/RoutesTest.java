package io.github.vertexj.env;

import static io.github.vertexj.env.Routes.Match.HEALTH;
import static io.github.vertexj.env.Routes.Match.METHOD_NOT_ALLOWED;
import static io.github.vertexj.env.Routes.Match.NOT_FOUND;
import static io.github.vertexj.env.Routes.Match.PREDICT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  private static final String MODEL = "/v1/endpoints/my-endpoint/deployedModels/7";

  private static Routes onPlatform(String... pairs) {
    Map<String, String> variables = new HashMap<>(Map.of("AIP_MODE", "PREDICTION"));
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return Routes.from(Environment.of(variables));
  }

  @Test
  void C2_20_offThePlatform_theRoutesAreHealthAndPredict() {
    Routes routes = Routes.from(Environment.of(Map.of()));
    assertThat(routes.match("GET", "/health")).isEqualTo(HEALTH);
    assertThat(routes.match("POST", "/predict")).isEqualTo(PREDICT);
  }

  @Test
  void C2_23_routesWithoutMode_areTaken() {
    Routes routes =
        Routes.from(Environment.of(Map.of("AIP_HEALTH_ROUTE", "/h", "AIP_PREDICT_ROUTE", "/p")));
    assertThat(routes.match("GET", "/h")).isEqualTo(HEALTH);
    assertThat(routes.match("POST", "/p")).isEqualTo(PREDICT);
    assertThat(routes.match("GET", "/health")).isEqualTo(NOT_FOUND);
  }

  @Test
  void C2_20_onThePlatform_missingRoutesAreMadeOfTheIds() {
    Routes routes = onPlatform("AIP_ENDPOINT_ID", "my-endpoint", "AIP_DEPLOYED_MODEL_ID", "7");
    assertThat(routes.healthRoute()).isEqualTo(MODEL);
    assertThat(routes.predictRoute()).isEqualTo(MODEL + ":predict");
    assertThat(routes.match("POST", MODEL + ":predict")).isEqualTo(PREDICT);
    assertThat(routes.match("POST", MODEL)).isEqualTo(METHOD_NOT_ALLOWED);
    assertThat(routes.match("GET", MODEL)).isEqualTo(HEALTH);
    assertThat(routes.match("GET", MODEL + ":predict")).isEqualTo(HEALTH);
    assertThat(routes.match("GET", MODEL + ":explain")).isEqualTo(NOT_FOUND);
  }

  @Test
  void C2_20_onThePlatform_onlyTheMissingRouteIsMade() {
    String[] ids = {"AIP_ENDPOINT_ID", "my-endpoint", "AIP_DEPLOYED_MODEL_ID", "7"};
    Routes noHealth = onPlatform("AIP_PREDICT_ROUTE", "/p", ids[0], ids[1], ids[2], ids[3]);
    assertThat(noHealth.match("POST", "/p")).isEqualTo(PREDICT);
    assertThat(noHealth.match("GET", MODEL + ":predict")).isEqualTo(HEALTH);
    assertThat(noHealth.match("POST", MODEL + ":predict")).isEqualTo(METHOD_NOT_ALLOWED);
    Routes noPredict = onPlatform("AIP_HEALTH_ROUTE", "/h", ids[0], ids[1], ids[2], ids[3]);
    assertThat(noPredict.match("GET", "/h")).isEqualTo(HEALTH);
    assertThat(noPredict.match("GET", MODEL)).isEqualTo(NOT_FOUND);
    assertThat(noPredict.match("POST", MODEL + ":predict")).isEqualTo(PREDICT);
  }

  @Test
  void C2_20_onThePlatform_withoutRoutesAndIds_theStartIsRefused() {
    assertThatThrownBy(() -> onPlatform("AIP_ENDPOINT_ID", "my-endpoint", "AIP_HEALTH_ROUTE", "/h"))
        .isInstanceOf(InvalidEnvironmentException.class)
        .hasMessageContaining("AIP_DEPLOYED_MODEL_ID")
        .hasMessageContaining("AIP_PREDICT_ROUTE")
        .hasMessageNotContaining("\n");
  }

  @Test
  void C2_17_declaredRoutes_needNoIds() {
    assertThat(onPlatform("AIP_HEALTH_ROUTE", "/h", "AIP_PREDICT_ROUTE", "/p").match("POST", "/p"))
        .isEqualTo(PREDICT);
  }

  @Test
  void C2_26_samePathForBoth_goesByMethod() {
    Routes routes = Routes.of("/model", "/model");
    assertThat(routes.match("GET", "/model")).isEqualTo(HEALTH);
    assertThat(routes.match("HEAD", "/model")).isEqualTo(HEALTH);
    assertThat(routes.match("POST", "/model")).isEqualTo(PREDICT);
    assertThat(routes.match("PUT", "/model")).isEqualTo(METHOD_NOT_ALLOWED);
    assertThat(routes.allow("/model")).isEqualTo("GET, HEAD, POST");
  }

  @Test
  void wrongMethod_isToldTheRightOnes() {
    Routes routes = Routes.of("/health", "/predict");
    assertThat(routes.match("POST", "/health")).isEqualTo(METHOD_NOT_ALLOWED);
    assertThat(routes.allow("/health")).isEqualTo("GET, HEAD");
    assertThat(routes.match("GET", "/predict")).isEqualTo(METHOD_NOT_ALLOWED);
    assertThat(routes.match("OPTIONS", "/predict")).isEqualTo(METHOD_NOT_ALLOWED);
    assertThat(routes.match("post", "/predict")).isEqualTo(METHOD_NOT_ALLOWED);
    assertThat(routes.allow("/predict")).isEqualTo("POST");
    assertThat(routes.allow("/other")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/a.c", "/{name}", "/a*", "/a+b", "/[x]", "/(x)", "/$", "/v1/m:predict", "/"})
  void C2_27_routesAreLiterals(String route) {
    Routes routes = Routes.of("/health", route);
    assertThat(routes.match("POST", route)).isEqualTo(PREDICT);
    assertThat(routes.match("POST", route + "x")).isEqualTo(NOT_FOUND);
    assertThat(routes.match("POST", "/abc")).isEqualTo(NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/predict/",
        "/Predict",
        "//predict",
        "/predict/x",
        "/x/predict",
        "",
        "*",
        "predict"
      })
  void pathsAreComparedWhole(String path) {
    assertThat(Routes.of("/health", "/predict").match("POST", path)).isEqualTo(NOT_FOUND);
  }

  @Test
  void C2_25_missingLeadingSlash_isAdded() {
    Routes routes = Routes.of("health", "v1/m:predict");
    assertThat(routes.match("GET", "/health")).isEqualTo(HEALTH);
    assertThat(routes.match("POST", "/v1/m:predict")).isEqualTo(PREDICT);
    assertThat(routes).hasToString("GET /health, POST /v1/m:predict");
  }

  @Test
  void percentEscapes_areUndoneOnBothSides() {
    assertThat(Routes.of("/h", "/m:predict").match("POST", "/m%3Apredict")).isEqualTo(PREDICT);
    assertThat(Routes.of("/h", "/m:predict").match("GET", "/m%3apredict"))
        .isEqualTo(METHOD_NOT_ALLOWED);
    assertThat(Routes.of("/h", "/m:predict").allow("/m%3apredict")).isEqualTo("POST");
    assertThat(Routes.of("/h", "/m%3Apredict").match("POST", "/m:predict")).isEqualTo(PREDICT);
    assertThat(Routes.of("/h", "/prédire").match("POST", "/pr%C3%A9dire")).isEqualTo(PREDICT);
    assertThat(Routes.of("/h", "/a+b").match("POST", "/a%2Bb")).isEqualTo(PREDICT);
    assertThat(Routes.of("/h", "/a+b").match("POST", "/a%20b")).isEqualTo(NOT_FOUND);
    assertThat(Routes.of("/h", "/100%").match("POST", "/100%")).isEqualTo(PREDICT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/a b",
        "/a\n",
        "/a\u0000",
        "/p?x=1",
        "/p#x",
        "http://host/p",
        "/a\u00a0"
      })
  void routeThatCanNeverMatch_isRefused(String route) {
    assertThatThrownBy(() -> Routes.of("/health", route))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("predictRoute is ")
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/p?x=1", " "})
  void routeOfTheEnvironmentThatCanNeverMatch_isRefusedByName(String route) {
    assertThatThrownBy(() -> Routes.from(Environment.of(Map.of("AIP_PREDICT_ROUTE", route))))
        .isInstanceOf(InvalidEnvironmentException.class)
        .hasMessageStartingWith("AIP_PREDICT_ROUTE is \"" + route + "\": a route is a path");
    assertThatThrownBy(() -> onPlatform("AIP_ENDPOINT_ID", route, "AIP_DEPLOYED_MODEL_ID", "7"))
        .hasMessageStartingWith("AIP_ENDPOINT_ID is ");
  }
}
