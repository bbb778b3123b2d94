package io.github.vertexj;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is deployed: the platform's names for it, its files and its settings.
 *
 * <p>Immutable and thread-safe.
 *
 * @param endpointId the platform's endpoint, an opaque string (C2.3); null outside the platform
 * @param deployedModelId the platform's deployed model (C2.2); null outside the platform
 * @param directory the local model directory; null if the model has no artifacts (C2.13)
 * @param settings the entries of the model directory's {@code serving.properties}, in its order
 */
public record DeployedModel(
    @Nullable String endpointId,
    @Nullable String deployedModelId,
    @Nullable Path directory,
    Map<String, String> settings) {

  /** Copies the settings. */
  public DeployedModel {
    settings = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(settings));
  }

  /** Returns a model outside the platform, with a directory and settings. */
  public static DeployedModel of(@Nullable Path directory, Map<String, String> settings) {
    return new DeployedModel(null, null, directory, settings);
  }
}
