package io.github.vertexj.emulator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a program says about an {@link UploadedModel}, and the defaults of what it leaves open.
 *
 * <p>Not thread-safe; a copy is made of it when it may not change any more.
 */
final class ModelSettings {

  /** Where the model's container comes from. */
  interface Containers {
    ServerRun.Source of(UploadedModel model, Consumer<String> console);
  }

  final Containers containers;
  final Map<String, String> variables = new LinkedHashMap<>();
  String displayName = "model";
  String versionId = "1";
  String storageUri = "";
  String machineType = "n1-standard-4";
  @Nullable String acceleratorType;
  @Nullable String healthRoute;
  @Nullable String predictRoute;
  @Nullable Probe startupProbe;
  @Nullable Probe healthProbe;
  @Nullable Probe livenessProbe;
  boolean invokes;
  int replicas = 1;
  int port;
  Duration deploymentTimeout = Duration.ofMinutes(30);
  Duration gracePeriod = Duration.ofSeconds(30);

  ModelSettings(Containers containers) {
    this.containers = containers;
  }

  ModelSettings copy() {
    ModelSettings copy = new ModelSettings(containers);
    copy.variables.putAll(variables);
    copy.displayName = displayName;
    copy.versionId = versionId;
    copy.storageUri = storageUri;
    copy.machineType = machineType;
    copy.acceleratorType = acceleratorType;
    copy.healthRoute = healthRoute;
    copy.predictRoute = predictRoute;
    copy.startupProbe = startupProbe;
    copy.healthProbe = healthProbe;
    copy.livenessProbe = livenessProbe;
    copy.invokes = invokes;
    copy.replicas = replicas;
    copy.port = port;
    copy.deploymentTimeout = deploymentTimeout;
    copy.gracePeriod = gracePeriod;
    return copy;
  }
}
