package io.github.vertexj.serving;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for a request's {@code Content-Type} and {@code Content-Encoding} (C3.2, C3.40). */
final class MediaTypes {
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\";\\s]*)", Pattern.CASE_INSENSITIVE);

  private MediaTypes() {}

  /**
   * Returns what is wrong with the headers of an envelope; empty if nothing.
   *
   * <p>No type at all is taken as JSON, since the platform's own local client sends none.
   */
  static Optional<String> objection(RequestHead head) {
    String encoding = head.header("Content-Encoding");
    if (encoding != null && !encoding.isBlank() && !encoding.trim().equalsIgnoreCase("identity")) {
      return Optional.of("compressed bodies are not taken; send the JSON without Content-Encoding");
    }
    return objection(head.header("Content-Type"));
  }

  private static Optional<String> objection(@Nullable String contentType) {
    if (contentType == null || contentType.isBlank()) {
      return Optional.empty();
    }
    String type = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    if (!json(type)) {
      return Optional.of("this media type is not taken; send Content-Type: application/json");
    }
    Matcher charset = CHARSET.matcher(contentType);
    return charset.find() && !utf8(charset.group(1))
        ? Optional.of("only UTF-8 is taken; send Content-Type: application/json; charset=utf-8")
        : Optional.empty();
  }

  private static boolean json(String type) {
    return type.equals("application/json")
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
