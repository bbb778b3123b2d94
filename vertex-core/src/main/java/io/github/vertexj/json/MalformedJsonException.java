package io.github.vertexj.json;

/** Thrown when a body is not JSON as RFC 8259 has it, in UTF-8. */
public final class MalformedJsonException extends BadBodyException {
  private static final long serialVersionUID = 1L;

  MalformedJsonException(String fault, int byteOffset) {
    super("the body is not JSON: " + fault + ", at byte " + byteOffset, null, byteOffset);
  }
}
