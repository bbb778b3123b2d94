package io.github.vertexj.batch;

/** Thrown when a request's deadline passes before its predictions are there; status 504. */
public final class DeadlineExceededException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a text that the caller may see. */
  public DeadlineExceededException(String message) {
    super(message, null, false, false); // thrown in masses under overload: no stack trace
  }
}
