package io.github.vertexj;

/**
 * Thrown by a predictor that can never predict again, as after a CUDA fault; health turns to 503
 * for good, so that the platform stops sending requests here (C1.32).
 */
public final class DeviceLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a text for the log. */
  public DeviceLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
