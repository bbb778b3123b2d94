package io.github.vertexj.conformance;

/** Thrown when the command line cannot be understood; its message is what the user reads. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
