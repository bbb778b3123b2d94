package io.github.vertexj.conformance;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The variables that the platform sets for a container (C2.1–C2.14). Immutable. */
final class PlatformVariables {
  static final String PREFIX = "AIP_";

  private static final String ENDPOINT_ID = "4815162342108642048";
  private static final String DEPLOYED_MODEL_ID = "2718281828459045235";

  private final Map<String, String> variables;

  private PlatformVariables(Map<String, String> variables) {
    this.variables = Collections.unmodifiableMap(variables);
  }

  /** For a model without artifacts, on a machine without an accelerator. */
  static PlatformVariables of(int port, String healthRoute, String predictRoute) {
    Map<String, String> variables = new TreeMap<>();
    variables.put("AIP_MODE", "PREDICTION");
    variables.put("AIP_MODE_VERSION", "1.0.0");
    variables.put("AIP_FRAMEWORK", "CUSTOM_CONTAINER");
    variables.put("AIP_HTTP_PORT", Integer.toString(port));
    variables.put("AIP_HEALTH_ROUTE", healthRoute);
    variables.put("AIP_PREDICT_ROUTE", predictRoute);
    variables.put("AIP_STORAGE_URI", "");
    variables.put("AIP_MACHINE_TYPE", "n1-standard-4");
    variables.put("AIP_PROJECT_NUMBER", "123456789012");
    variables.put("AIP_DEPLOYED_MODEL_ID", DEPLOYED_MODEL_ID);
    variables.put("AIP_VERSION_NAME", DEPLOYED_MODEL_ID);
    return new PlatformVariables(variables).endpoint(ENDPOINT_ID);
  }

  /** The route that the platform sets where the model's owner has named none. */
  static String defaultHealthRoute() {
    return "/v1/endpoints/" + ENDPOINT_ID + "/deployedModels/" + DEPLOYED_MODEL_ID;
  }

  static String defaultPredictRoute() {
    return defaultHealthRoute() + ":predict";
  }

  PlatformVariables endpoint(String id) {
    return with("AIP_ENDPOINT_ID", id).with("AIP_MODEL_NAME", id);
  }

  PlatformVariables with(String name, String value) {
    Map<String, String> changed = new TreeMap<>(variables);
    changed.put(name, value);
    return new PlatformVariables(changed);
  }

  PlatformVariables without(String name) {
    Map<String, String> changed = new TreeMap<>(variables);
    changed.remove(name);
    return new PlatformVariables(changed);
  }

  /** Only the four that Google's own local runner sets (C2.23). */
  PlatformVariables asLocalEndpoint() {
    Map<String, String> changed = new TreeMap<>(variables);
    changed
        .keySet()
        .retainAll(
            Set.of("AIP_HTTP_PORT", "AIP_HEALTH_ROUTE", "AIP_PREDICT_ROUTE", "AIP_STORAGE_URI"));
    return new PlatformVariables(changed);
  }

  String healthRoute() {
    return path("AIP_HEALTH_ROUTE");
  }

  String predictRoute() {
    return path("AIP_PREDICT_ROUTE");
  }

  private String path(String name) {
    String route = variables.getOrDefault(name, "");
    return route.startsWith("/") ? route : "/" + route;
  }

  Map<String, String> asMap() {
    return variables;
  }
}
