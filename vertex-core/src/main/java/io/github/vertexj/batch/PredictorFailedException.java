package io.github.vertexj.batch;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a predictor fails, or returns another number of predictions than it was given
 * instances (C3.14); status 500. The text and the cause are for the log, not for the caller.
 */
public final class PredictorFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param cause what the predictor threw; null if it returned
   */
  public PredictorFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
