package io.github.vertexj;

/** Thrown when a request is rejected at the door because too much waits already; status 429. */
public final class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a text that the caller may see. */
  public OverloadedException(String message) {
    super(message, null, false, false); // refusal must stay cheap under overload: no stack trace
  }
}
