package io.github.vertexj.formats;

import io.github.vertexj.RequestHeaders;
import io.github.vertexj.json.MalformedBinaryException;
import java.util.List;
import java.util.OptionalInt;

/**
 * How many bytes of a body are its JSON head, binary tensors being behind (C11.9).
 *
 * <p>It is told by the parameter {@code json-header-size} of Triton's media type for this platform,
 * or by the header {@code Inference-Header-Content-Length}; if by both, they must agree.
 * Thread-safe.
 */
final class HeadLength {
  static final String HEADER = "Inference-Header-Content-Length";
  static final String MEDIA_TYPE = "application/vnd.vertex-ai-triton.binary+json";
  private static final String PARAMETER = "json-header-size";
  private static final String CONTENT_TYPE = "Content-Type";

  private HeadLength() {}

  /** The media type of a body with a head of this length. */
  static String mediaType(int length) {
    return MEDIA_TYPE + ";" + PARAMETER + "=" + length;
  }

  /**
   * Returns the head's length; empty if the whole body is JSON.
   *
   * @throws MalformedBinaryException if what is said is no length, or beyond the body
   */
  static OptionalInt of(RequestHeaders headers, int bodyLength) {
    OptionalInt told = OptionalInt.empty();
    if (headers.mediaType().name().equals(MEDIA_TYPE)) {
      List<String> sizes = headers.mediaType().parameters(PARAMETER);
      if (sizes.size() > 1) {
        throw fault(PARAMETER + " occurs twice", CONTENT_TYPE);
      }
      if (sizes.isEmpty() && headers.first(HEADER) == null) {
        throw fault("the parameter " + PARAMETER + " is missing", CONTENT_TYPE);
      }
      if (!sizes.isEmpty()) {
        told = OptionalInt.of(length(PARAMETER, sizes.get(0), CONTENT_TYPE, bodyLength));
      }
    }
    String header = headers.first(HEADER);
    if (header == null) {
      return told;
    }
    int length = length("the head's length", header, HEADER, bodyLength);
    if (told.isPresent() && told.getAsInt() != length) {
      throw fault("the head's length is another one than " + PARAMETER, HEADER);
    }
    return OptionalInt.of(length);
  }

  private static int length(String what, String text, String header, int bodyLength) {
    String digits = text.trim();
    if (digits.isEmpty() || !digits.chars().allMatch(letter -> letter >= '0' && letter <= '9')) {
      throw fault(what + " must be a whole number of bytes", header);
    }
    // A number that long is beyond any body, and beyond what can be parsed.
    boolean huge = digits.length() > 10;
    if (huge || Long.parseLong(digits) > bodyLength) {
      throw fault(what + " lies beyond the body's " + bodyLength + " bytes", header);
    }
    return Integer.parseInt(digits);
  }

  private static MalformedBinaryException fault(String fault, String header) {
    return MalformedBinaryException.inHeader(fault, header);
  }
}
