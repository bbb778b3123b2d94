package io.github.vertexj.json;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a body does not hold the wanted instances in its format; the caller sees its text
 * with status 400.
 *
 * <p>The text is one sentence that ends with the place and repeats nothing of the body but names of
 * fields. There is no stack trace: a bad body is an ordinary thing, and cheap to refuse.
 */
public abstract sealed class BadBodyException extends RuntimeException
    permits MalformedJsonException, InvalidValueException, MalformedBinaryException {
  private static final long serialVersionUID = 1L;

  private final int byteOffset;

  BadBodyException(String message, @Nullable Throwable cause, int byteOffset) {
    super(message, cause, false, false);
    this.byteOffset = byteOffset;
  }

  /** The place in the body, counted in bytes from 0; 0 too if a header is at fault. */
  public final int byteOffset() {
    return byteOffset;
  }
}
