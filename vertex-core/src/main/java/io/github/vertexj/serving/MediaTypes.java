package io.github.vertexj.serving;

import io.github.vertexj.MediaType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the {@code Content-Type} and {@code Content-Encoding} of a request on the predict
 * route (C3.2, C3.40), and the media types that have handlers (C4.5).
 *
 * <p>Immutable and thread-safe.
 *
 * @param handlers by media type in lower case, {@code image/*} and {@code *}{@code /*} among them
 */
record MediaTypes<H>(Map<String, H> handlers) {
  private static final String JSON = "application/json";

  /**
   * Returns the handler of a request's media type; null if it is the model's own or nobody's.
   *
   * <p>No type at all is taken as JSON, since the platform's own local client sends none. A
   * wildcard stands neither for JSON nor for the model's other formats.
   *
   * @param binary whether the request is in one of those
   */
  @Nullable H find(RequestHead head, boolean binary) {
    if (handlers.isEmpty()) {
      return null;
    }
    String type = name(head.headers().mediaType());
    H exact = handlers.get(type);
    if (exact != null || binary || json(type)) {
      return exact;
    }
    H ofKind = handlers.get(type.split("/", 2)[0] + "/*");
    return ofKind == null ? handlers.get("*/*") : ofKind;
  }

  /**
   * Returns what is wrong with the headers of a request that has no handler; empty if nothing.
   *
   * @param binary as above
   * @param binaryTypes the media types of the model's other formats
   */
  Optional<String> objection(RequestHead head, boolean binary, List<String> binaryTypes) {
    String encoding = head.header("Content-Encoding");
    if (encoding != null && !encoding.isBlank() && !encoding.trim().equalsIgnoreCase("identity")) {
      return Optional.of("compressed bodies are not taken; send the body without Content-Encoding");
    }
    if (binary) {
      return Optional.empty();
    }
    MediaType type = head.headers().mediaType();
    if (!json(name(type))) {
      return Optional.of("this media type is not taken; send Content-Type: " + taken(binaryTypes));
    }
    String charset = type.parameter("charset");
    return charset != null && !utf8(charset)
        ? Optional.of("only UTF-8 is taken; send Content-Type: application/json; charset=utf-8")
        : Optional.empty();
  }

  private String taken(List<String> binaryTypes) {
    Set<String> all = new LinkedHashSet<>(List.of(JSON));
    all.addAll(binaryTypes);
    all.addAll(handlers.keySet());
    return String.join(", or ", all);
  }

  private static String name(MediaType type) {
    return type.name().isEmpty() ? JSON : type.name();
  }

  private static boolean json(String type) {
    return type.equals(JSON)
        || type.equals("text/json")
        || (type.startsWith("application/") && type.endsWith("+json"));
  }

  /** ASCII is a part of UTF-8. */
  private static boolean utf8(String charset) {
    return charset.equalsIgnoreCase("utf-8")
        || charset.equalsIgnoreCase("utf8")
        || charset.equalsIgnoreCase("us-ascii");
  }
}
