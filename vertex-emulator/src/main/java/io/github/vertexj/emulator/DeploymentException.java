package io.github.vertexj.emulator;

/** Thrown when a model cannot be deployed; the message says what to change. */
public final class DeploymentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception whose text stands alone. */
  public DeploymentException(String message) {
    super(message);
  }

  /** Creates an exception with a cause. */
  public DeploymentException(String message, Throwable cause) {
    super(message, cause);
  }
}
