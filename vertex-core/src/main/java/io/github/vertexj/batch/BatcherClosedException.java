package io.github.vertexj.batch;

/**
 * Thrown when a request comes after {@link MicroBatcher#drain}, or outlasts the close; status 503.
 */
public final class BatcherClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a text that the caller may see. */
  public BatcherClosedException(String message) {
    super(message, null, false, false); // the place it is thrown at says nothing: no stack trace
  }
}
