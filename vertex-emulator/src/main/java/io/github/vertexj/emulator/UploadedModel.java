package io.github.vertexj.emulator;

import io.github.vertexj.PredictorProvider;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model as it is uploaded to the platform: its artifacts and its {@code containerSpec}, where the
 * container is a command of this machine, a predictor of this JVM, or servers that run already.
 *
 * <p>Immutable.
 */
public final class UploadedModel {
  private final ModelSettings settings;

  private UploadedModel(ModelSettings settings) {
    this.settings = settings;
  }

  /**
   * Returns a builder of a model whose container is a command: exec form, without a shell, with
   * {@code $(NAME)} references (C1.5, C1.6). It has to listen on {@code AIP_HTTP_PORT}.
   */
  public static Builder command(String... words) {
    List<String> command = List.of(words);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a command must have at least one word");
    }
    return new Builder((model, console) -> new CommandSource(command, model, console));
  }

  /**
   * Returns a builder of a model served in this JVM by the Undertow launcher.
   *
   * @param provider makes the provider of each replica, as in {@code DigitProvider::new}
   */
  public static Builder provider(Supplier<? extends PredictorProvider<?, ?>> provider) {
    return new Builder((model, console) -> new LauncherSource(provider));
  }

  /**
   * Returns a builder of a model that is served already: a replica for each base URI.
   *
   * @param baseUris {@code http}, host and port, as in {@code http://localhost:8080}
   * @throws IllegalArgumentException if there is none, or one is something else
   */
  public static Builder servers(URI... baseUris) {
    List<URI> all = Stream.of(baseUris).map(RunningSource::baseUri).toList();
    if (all.isEmpty()) {
      throw new IllegalArgumentException("at least one base URI is needed");
    }
    return new Builder((model, console) -> new RunningSource(all)).replicas(all.size());
  }

  /** The name that the platform adds to replies. */
  public String displayName() {
    return settings.displayName;
  }

  /** The version that the platform adds to replies. */
  public String versionId() {
    return settings.versionId;
  }

  /** Where the artifacts are; empty without any (C2.13). */
  public String storageUri() {
    return settings.storageUri;
  }

  Map<String, String> variables() {
    return Collections.unmodifiableMap(settings.variables);
  }

  int replicas() {
    return settings.replicas;
  }

  int port() {
    return settings.port;
  }

  boolean invokes() {
    return settings.invokes;
  }

  Optional<String> healthRoute() {
    return Optional.ofNullable(settings.healthRoute);
  }

  Optional<String> predictRoute() {
    return Optional.ofNullable(settings.predictRoute);
  }

  Optional<Probe> startupProbe() {
    return Optional.ofNullable(settings.startupProbe);
  }

  Optional<Probe> healthProbe() {
    return Optional.ofNullable(settings.healthProbe);
  }

  Optional<Probe> livenessProbe() {
    return Optional.ofNullable(settings.livenessProbe);
  }

  Duration deploymentTimeout() {
    return settings.deploymentTimeout;
  }

  Duration gracePeriod() {
    return settings.gracePeriod;
  }

  String machineType() {
    return settings.machineType;
  }

  Optional<String> acceleratorType() {
    return Optional.ofNullable(settings.acceleratorType);
  }

  ServerRun.Source source(Consumer<String> console) {
    return settings.containers.of(this, console);
  }

  /**
   * A builder of {@link UploadedModel}s; what the platform calls {@code containerSpec} and the
   * machine.
   *
   * <p>Not thread-safe.
   */
  public static final class Builder {
    private static final Duration LONGEST_DEPLOYMENT = Duration.ofHours(2);

    private final ModelSettings settings;

    private Builder(ModelSettings.Containers containers) {
      settings = new ModelSettings(containers);
    }

    /** Sets the model's name and version, which replies carry (C3.15); {@code model}, 1. */
    public Builder name(String displayName, String versionId) {
      settings.displayName = displayName;
      settings.versionId = versionId;
      return this;
    }

    /**
     * Sets {@code AIP_STORAGE_URI}: {@code gs://…}, or a path, which the platform never gives but
     * the SDK's local endpoint does (C2.23). By default it is empty, as for a model without files.
     */
    public Builder storageUri(String uri) {
      settings.storageUri = uri;
      return this;
    }

    /**
     * Adds an entry of {@code containerSpec.env}; it may refer to earlier ones as {@code $(NAME)}.
     *
     * @throws IllegalArgumentException if the name is the platform's own (C2.18)
     */
    public Builder variable(String name, String value) {
      if (name.startsWith("AIP_")) {
        throw new IllegalArgumentException(
            name + " cannot be set: names that begin with AIP_ are the platform's");
      }
      settings.variables.put(name, value);
      return this;
    }

    /** Sets the health route; by default it is made of the ids (C2.5). */
    public Builder healthRoute(String route) {
      settings.healthRoute = route;
      return this;
    }

    /** Sets the predict route; by default it is made of the ids (C2.11). */
    public Builder predictRoute(String route) {
      settings.predictRoute = route;
      return this;
    }

    /**
     * Lets callers reach every path of the container, and no other method: {@code
     * invokeRoutePrefix} is {@code /*} (C4.14, C4.15).
     */
    public Builder invokeRoutes() {
      settings.invokes = true;
      return this;
    }

    /** Sets the startup probe, for which the others wait (C1.26); by default there is none. */
    public Builder startupProbe(Probe probe) {
      settings.startupProbe = probe;
      return this;
    }

    /** Sets the health probe; by default GET of the health route (C1.31). */
    public Builder healthProbe(Probe probe) {
      settings.healthProbe = probe;
      return this;
    }

    /** Sets the liveness probe; by default a TCP connection (C1.22). */
    public Builder livenessProbe(Probe probe) {
      settings.livenessProbe = probe;
      return this;
    }

    /** Sets how many replicas run: processes or servers on this machine; by default 1. */
    public Builder replicas(int number) {
      if (number < 1) {
        throw new IllegalArgumentException("replicas must be at least 1, not " + number);
      }
      settings.replicas = number;
      return this;
    }

    /**
     * Sets the port of the container, for one that does not read {@code AIP_HTTP_PORT}; by default
     * each replica gets one that is free.
     */
    public Builder port(int port) {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("port must be from 1 to 65535, not " + port);
      }
      settings.port = port;
      return this;
    }

    /** Sets the machine and, if it is not null, its accelerator: two variables, nothing more. */
    public Builder machine(String machineType, @Nullable String acceleratorType) {
      settings.machineType = machineType;
      settings.acceleratorType = acceleratorType;
      return this;
    }

    /** Sets how long the replicas may take to be ready, at most 2 h; by default 30 min (C1.38). */
    public Builder deploymentTimeout(Duration timeout) {
      if (timeout.isNegative() || timeout.compareTo(LONGEST_DEPLOYMENT) > 0) {
        throw new IllegalArgumentException(
            "deploymentTimeout must be from 0 to 2 hours, not " + timeout);
      }
      settings.deploymentTimeout = timeout;
      return this;
    }

    /** Sets the time from SIGTERM to SIGKILL; by default 30 s, which is an assumption (C1.44). */
    public Builder gracePeriod(Duration period) {
      settings.gracePeriod = period;
      return this;
    }

    /**
     * Returns the model.
     *
     * @throws IllegalArgumentException if the settings contradict each other
     */
    public UploadedModel build() {
      if (settings.invokes && settings.predictRoute != null) {
        throw new IllegalArgumentException(
            "a model has a predict route or invokes routes, not both (C4.14)");
      }
      if (settings.port != 0 && settings.replicas > 1) {
        throw new IllegalArgumentException(
            "several replicas cannot share port "
                + settings.port
                + ": let them read AIP_HTTP_PORT");
      }
      return new UploadedModel(settings.copy());
    }
  }
}
