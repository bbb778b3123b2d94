package io.github.vertexj.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
  private static final Map<String, Function<Environment, Optional<String>>> ACCESSORS =
      Map.ofEntries(
          Map.entry("AIP_ACCELERATOR_TYPE", Environment::acceleratorType),
          Map.entry("AIP_DEPLOYED_MODEL_ID", Environment::deployedModelId),
          Map.entry("AIP_ENDPOINT_ID", Environment::endpointId),
          Map.entry("AIP_FRAMEWORK", Environment::framework),
          Map.entry("AIP_FRAMEWORK_VERSION", Environment::frameworkVersion),
          Map.entry("AIP_HEALTH_ROUTE", Environment::healthRoute),
          Map.entry("AIP_MACHINE_TYPE", Environment::machineType),
          Map.entry("AIP_MODE", Environment::mode),
          Map.entry("AIP_MODE_VERSION", Environment::modeVersion),
          Map.entry("AIP_MODEL_NAME", Environment::modelName),
          Map.entry("AIP_PREDICT_ROUTE", Environment::predictRoute),
          Map.entry("AIP_PROJECT_NUMBER", Environment::projectNumber),
          Map.entry("AIP_STORAGE_URI", Environment::storageUri),
          Map.entry("AIP_VERSION_NAME", Environment::versionName));

  @Test
  void everyVariable_reachesItsOwnAccessor() {
    Map<String, String> variables = new HashMap<>();
    ACCESSORS.keySet().forEach(name -> variables.put(name, "value of " + name));
    Environment environment = Environment.of(variables);
    ACCESSORS.forEach(
        (name, accessor) -> assertThat(accessor.apply(environment)).hasValue("value of " + name));
  }

  @Test
  void C2_13_emptyEqualsAbsent() {
    Map<String, String> variables = new HashMap<>();
    ACCESSORS.keySet().forEach(name -> variables.put(name, ""));
    variables.put("AIP_HTTP_PORT", "");
    variables.put("PORT", "");
    for (Environment environment : List.of(Environment.of(variables), Environment.of(Map.of()))) {
      ACCESSORS.forEach((name, accessor) -> assertThat(accessor.apply(environment)).isEmpty());
      assertThat(environment.onPlatform()).isFalse();
      assertThat(environment.port()).isEqualTo(8080);
    }
  }

  @Test
  void C2_8_onPlatformMeansThatTheModeIsPrediction() {
    assertThat(Environment.of(Map.of("AIP_MODE", "PREDICTION")).onPlatform()).isTrue();
    assertThat(Environment.of(Map.of("AIP_MODE", "TRAINING")).onPlatform()).isFalse();
  }

  @Test
  void C2_6_portOfThePlatformComesBeforeTheOneOfOthers() {
    Map<String, String> both = Map.of("AIP_HTTP_PORT", "7080", "PORT", "9090");
    assertThat(Environment.of(both).port()).isEqualTo(7080);
    assertThat(Environment.of(Map.of("PORT", "9090")).port()).isEqualTo(9090);
    assertThat(Environment.of(Map.of("AIP_HTTP_PORT", "65535")).port()).isEqualTo(65_535);
    assertThat(Environment.of(Map.of("AIP_HTTP_PORT", "1")).port()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http", "0", "-1", "65536", " ", " 8080", "+8080", "8080.0", "99999999999", "٨٠"})
  void C2_21_valueThatIsNoPort_isRefusedByName(String value) {
    Environment environment = Environment.of(Map.of("AIP_HTTP_PORT", value, "PORT", "9090"));
    assertThatThrownBy(environment::port)
        .isInstanceOf(InvalidEnvironmentException.class)
        .hasMessage("AIP_HTTP_PORT is \"%s\": a port is a whole number from 1 to 65535", value);
    assertThatThrownBy(Environment.of(Map.of("PORT", value))::port)
        .hasMessageStartingWith("PORT is ");
  }

  @Test
  void refusal_staysOnePrintableShortLine() {
    String value = "80\n80\u001b[31m" + "8".repeat(1000);
    assertThatThrownBy(Environment.of(Map.of("PORT", value))::port)
        .message()
        .startsWith("PORT is \"80?80?[31m888")
        .hasSizeLessThan(150)
        .doesNotContainPattern("\\p{Cntrl}");
  }

  @Test
  void otherVariables_areNotKept() {
    Environment environment =
        Environment.of(Map.of("SECRET_TOKEN", "s3cret", "AIP_MODE", "PREDICTION"));
    assertThat(environment).hasToString("Environment{AIP_MODE=PREDICTION}");
  }

  @Test
  void laterChangesOfTheMap_areNotSeen() {
    Map<String, String> variables = new HashMap<>(Map.of("PORT", "9090"));
    Environment environment = Environment.of(variables);
    variables.put("PORT", "1");
    assertThat(environment.port()).isEqualTo(9090);
  }

  @Test
  void current_isThisProcess() {
    assertThat(Environment.current().storageUri())
        .isEqualTo(
            Optional.ofNullable(System.getenv("AIP_STORAGE_URI")).filter(uri -> !uri.isEmpty()));
  }
}
