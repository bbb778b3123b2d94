package io.github.vertexj;

/**
 * Thrown when a model server cannot start or its model cannot be loaded, for a reason that one line
 * tells: what is wrong and what to change. The log shows it without a stack trace.
 */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception whose text stands alone. */
  public StartException(String message) {
    super(message);
  }

  /** Creates an exception whose cause belongs into the log too. */
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
