package io.github.vertexj.json;

/**
 * Thrown when a body's binary tensors, or the headers that say where they lie, are not what they
 * must be.
 */
public final class MalformedBinaryException extends BadBodyException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception for a place in the body. */
  public MalformedBinaryException(String fault, int byteOffset) {
    super(fault + ", at byte " + byteOffset, null, byteOffset);
  }

  private MalformedBinaryException(String message) {
    super(message, null, 0);
  }

  /** Returns an exception for a header. */
  public static MalformedBinaryException inHeader(String fault, String header) {
    return new MalformedBinaryException(fault + ", at the header " + header);
  }
}
