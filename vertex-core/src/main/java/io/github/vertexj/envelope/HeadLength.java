package io.github.vertexj.envelope;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  /** The value of {@code Content-Type} without parameters, in lower case; empty if absent. */
  static String mediaType(Function<String, @Nullable String> headers) {
    String type = headers.apply(CONTENT_TYPE);
    if (type == null) {
      return "";
    }
    int semicolon = type.indexOf(';'); // most types have none, and nothing to change
    return (semicolon < 0 ? type : type.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the head's length; empty if the whole body is JSON.
   *
   * @throws MalformedBinaryException if what is said is no length, or beyond the body
   */
  static OptionalInt of(Function<String, @Nullable String> headers, int bodyLength) {
    OptionalInt told = OptionalInt.empty();
    if (mediaType(headers).equals(MEDIA_TYPE)) {
      List<String> sizes = sizes(String.valueOf(headers.apply(CONTENT_TYPE)));
      if (sizes.size() > 1) {
        throw fault(PARAMETER + " occurs twice", CONTENT_TYPE);
      }
      if (sizes.isEmpty() && headers.apply(HEADER) == null) {
        throw fault("the parameter " + PARAMETER + " is missing", CONTENT_TYPE);
      }
      if (!sizes.isEmpty()) {
        told = OptionalInt.of(length(PARAMETER, sizes.get(0), CONTENT_TYPE, bodyLength));
      }
    }
    String header = headers.apply(HEADER);
    if (header == null) {
      return told;
    }
    int length = length("the head's length", header, HEADER, bodyLength);
    if (told.isPresent() && told.getAsInt() != length) {
      throw fault("the head's length is another one than " + PARAMETER, HEADER);
    }
    return OptionalInt.of(length);
  }

  private static List<String> sizes(String contentType) {
    List<String> sizes = new ArrayList<>();
    Stream.of(contentType.split(";", -1))
        .skip(1)
        .map(parameter -> parameter.split("=", 2))
        .filter(parameter -> parameter[0].trim().equalsIgnoreCase(PARAMETER))
        .forEach(parameter -> sizes.add(parameter.length == 1 ? "" : unquoted(parameter[1])));
    return sizes;
  }

  private static String unquoted(String value) {
    String trimmed = value.trim();
    boolean quoted = trimmed.length() > 1 && trimmed.startsWith("\"") && trimmed.endsWith("\"");
    return quoted ? trimmed.substring(1, trimmed.length() - 1) : trimmed;
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
