package io.github.vertexj.start;

import io.github.vertexj.env.Environment;
import org.jspecify.annotations.Nullable;

/**
 * Where a model comes from.
 *
 * <p>Immutable and thread-safe.
 *
 * @param environment tells the platform's names for the model, and its storage URI
 * @param storageUri a path or URI that goes before the environment's; null if that counts
 */
public record Origin(Environment environment, @Nullable String storageUri) {

  /** Where the model's files are; null if it has none. */
  @Nullable String files() {
    return storageUri == null ? environment.storageUri().orElse(null) : storageUri;
  }
}
