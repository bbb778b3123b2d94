package io.github.vertexj.emulator;

/** Thrown when a call ends with an error of the platform; the message is what the caller reads. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient PlatformError error;

  RefusedException(PlatformError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  /** The name of the canonical code, as in {@code INVALID_ARGUMENT}. */
  public String code() {
    return error.code();
  }

  PlatformReply reply() {
    return error.reply();
  }
}
