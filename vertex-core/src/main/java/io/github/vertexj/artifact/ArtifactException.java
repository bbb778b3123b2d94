package io.github.vertexj.artifact;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a model's files cannot be had; the message is one line that names the storage URI and
 * what to change.
 */
public final class ArtifactException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception. */
  public ArtifactException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
