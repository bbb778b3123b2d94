package io.github.vertexj.env;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The platform's environment variables, as one typed value (C2.1–C2.15).
 *
 * <table>
 * <caption>Variables read</caption>
 * <tr><th>Variable</th><th>Accessor</th></tr>
 * <tr><td>{@code AIP_ACCELERATOR_TYPE}</td><td>{@link #acceleratorType()}</td></tr>
 * <tr><td>{@code AIP_DEPLOYED_MODEL_ID}</td><td>{@link #deployedModelId()}</td></tr>
 * <tr><td>{@code AIP_ENDPOINT_ID}</td><td>{@link #endpointId()}</td></tr>
 * <tr><td>{@code AIP_FRAMEWORK}</td><td>{@link #framework()}</td></tr>
 * <tr><td>{@code AIP_FRAMEWORK_VERSION}</td><td>{@link #frameworkVersion()}</td></tr>
 * <tr><td>{@code AIP_HEALTH_ROUTE}</td><td>{@link #healthRoute()}</td></tr>
 * <tr><td>{@code AIP_HTTP_PORT}, then {@code PORT}</td><td>{@link #port()}</td></tr>
 * <tr><td>{@code AIP_MACHINE_TYPE}</td><td>{@link #machineType()}</td></tr>
 * <tr><td>{@code AIP_MODE}</td><td>{@link #mode()}, {@link #onPlatform()}</td></tr>
 * <tr><td>{@code AIP_MODE_VERSION}</td><td>{@link #modeVersion()}</td></tr>
 * <tr><td>{@code AIP_MODEL_NAME}</td><td>{@link #modelName()}</td></tr>
 * <tr><td>{@code AIP_PREDICT_ROUTE}</td><td>{@link #predictRoute()}</td></tr>
 * <tr><td>{@code AIP_PROJECT_NUMBER}</td><td>{@link #projectNumber()}</td></tr>
 * <tr><td>{@code AIP_STORAGE_URI}</td><td>{@link #storageUri()}</td></tr>
 * <tr><td>{@code AIP_VERSION_NAME}</td><td>{@link #versionName()}</td></tr>
 * </table>
 *
 * <p>An empty variable is absent. Ids are opaque strings (C2.3). Any variable may be absent, also
 * {@code AIP_MODE} while routes are present, as in the SDK's local endpoint (C2.23). Immutable and
 * thread-safe.
 */
public final class Environment {
  private static final int DEFAULT_PORT = 8080;
  private static final int LAST_PORT = 65_535;
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

  private final TreeMap<String, String> variables = new TreeMap<>();

  private Environment(Map<String, String> all) {
    all.forEach(
        (name, value) -> {
          if (!value.isEmpty() && (name.startsWith("AIP_") || name.equals("PORT"))) {
            variables.put(name, value);
          }
        });
  }

  /** Returns the environment of this process. */
  public static Environment current() {
    return new Environment(System.getenv());
  }

  /** Returns the environment that these variables make; of others no copy is kept. */
  public static Environment of(Map<String, String> variables) {
    return new Environment(variables);
  }

  /** Whether this process runs on the platform: {@code AIP_MODE} is {@code PREDICTION} (C2.8). */
  public boolean onPlatform() {
    return mode().filter("PREDICTION"::equals).isPresent();
  }

  /**
   * The port to listen on: {@code AIP_HTTP_PORT}, else {@code PORT}, else 8080 (C1.15).
   *
   * @throws InvalidEnvironmentException if the first of them that is set is no port, 0 included
   */
  public int port() {
    return port("AIP_HTTP_PORT").or(() -> port("PORT")).orElse(DEFAULT_PORT);
  }

  private Optional<Integer> port(String name) {
    return variable(name)
        .map(
            value -> {
              int port = DIGITS.matcher(value).matches() ? Integer.parseInt(value) : 0;
              if (port < 1 || port > LAST_PORT) {
                throw InvalidEnvironmentException.of(
                    name, value, "a port is a whole number from 1 to " + LAST_PORT);
              }
              return port;
            });
  }

  /** The path of health checks, as the platform gave it; see {@link Routes}. */
  public Optional<String> healthRoute() {
    return variable("AIP_HEALTH_ROUTE");
  }

  /** The path of predictions, as the platform gave it; see {@link Routes}. */
  public Optional<String> predictRoute() {
    return variable("AIP_PREDICT_ROUTE");
  }

  /**
   * Where the model's files are: {@code gs://…}, or locally a path; absent if it has none (C2.13).
   */
  public Optional<String> storageUri() {
    return variable("AIP_STORAGE_URI");
  }

  /** The endpoint's id, digits or letters (C2.3). */
  public Optional<String> endpointId() {
    return variable("AIP_ENDPOINT_ID");
  }

  /** The deployed model's id (C2.2). */
  public Optional<String> deployedModelId() {
    return variable("AIP_DEPLOYED_MODEL_ID");
  }

  /** The number of the user's project (C2.12). */
  public Optional<String> projectNumber() {
    return variable("AIP_PROJECT_NUMBER");
  }

  /** The machine type, such as {@code n1-standard-4} (C2.7). */
  public Optional<String> machineType() {
    return variable("AIP_MACHINE_TYPE");
  }

  /** The accelerator, such as {@code NVIDIA_L4}; absent on a machine without one (C2.1). */
  public Optional<String> acceleratorType() {
    return variable("AIP_ACCELERATOR_TYPE");
  }

  /** The mode, {@code PREDICTION} on the platform (C2.8). */
  public Optional<String> mode() {
    return variable("AIP_MODE");
  }

  /** The version of the platform's container requirements, {@code 1.0.0} so far (C2.9). */
  public Optional<String> modeVersion() {
    return variable("AIP_MODE_VERSION");
  }

  /** The framework, {@code CUSTOM_CONTAINER} on the platform (C2.4). */
  public Optional<String> framework() {
    return variable("AIP_FRAMEWORK");
  }

  /** The framework's version, which an older platform gave (C2.15). */
  public Optional<String> frameworkVersion() {
    return variable("AIP_FRAMEWORK_VERSION");
  }

  /** The older name of {@link #endpointId()}; not the model's name (C2.10). */
  public Optional<String> modelName() {
    return variable("AIP_MODEL_NAME");
  }

  /** The older name of {@link #deployedModelId()} (C2.14). */
  public Optional<String> versionName() {
    return variable("AIP_VERSION_NAME");
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  /** Returns the variables that are set, for the log. */
  @Override
  public String toString() {
    return "Environment" + variables;
  }
}
