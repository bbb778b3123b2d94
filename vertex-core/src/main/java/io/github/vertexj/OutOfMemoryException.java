package io.github.vertexj;

/**
 * Thrown by a predictor when its device had too little memory for a batch; the batch is tried again
 * in smaller parts, and a single instance that still does not fit gets status 503.
 *
 * <p>This is about the memory of models and tensors, not about the Java heap.
 */
public final class OutOfMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a text for the log. */
  public OutOfMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
