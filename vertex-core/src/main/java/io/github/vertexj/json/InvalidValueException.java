package io.github.vertexj.json;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a body is JSON but not an envelope of the wanted instances, nor a request of another
 * JSON format for them, or when it exceeds a limit.
 */
public final class InvalidValueException extends BadBodyException {
  private static final long serialVersionUID = 1L;

  private final String path;

  public InvalidValueException(String fault, String path, int byteOffset) {
    this(fault, path, byteOffset, null);
  }

  public InvalidValueException(
      String fault, String path, int byteOffset, @Nullable Throwable cause) {
    super(fault + ", at " + path + ", byte " + byteOffset, cause, byteOffset);
    this.path = path;
  }

  /** The place in the JSON document, such as {@code $.instances[3][0]}. */
  public String path() {
    return path;
  }
}
