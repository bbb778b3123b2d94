package io.github.vertexj.serving;

/** Thrown when a server cannot start; its one line tells the operator what to change. */
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
