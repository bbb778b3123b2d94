package io.github.vertexj.emulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Query parameters as the platform's API binds them: it knows the system's own, such as {@code
 * $alt}, and refuses every other by name. A body in a form's media type, which is what {@code curl
 * -d} sends unless it is told another, is read as more of them.
 */
final class QueryParameters {
  // cloud.google.com/apis/docs/system-parameters; each is known with and without its dollar sign.
  private static final Set<String> OF_THE_SYSTEM =
      Set.of(
          ".xgafv",
          "access_token",
          "alt",
          "apiFormat",
          "callback",
          "ct",
          "fields",
          "httpMethod",
          "key",
          "oauth_token",
          "outputDefaults",
          "prettyPrint",
          "quotaUser",
          "trace",
          "unique",
          "uploadType",
          "upload_protocol",
          "userIp",
          "userProject");
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int SHOWN = 100;

  private QueryParameters() {}

  /** Refuses a query, without its question mark, that the platform cannot bind. */
  static void check(String query) {
    check(query, Set.of());
  }

  /**
   * The same for a method that has parameters itself.
   *
   * @param known their names
   */
  static void check(String query, Set<String> known) {
    refuse(violations(query, known));
  }

  /** Refuses a call by JSON whose query, or the form that is its body, the platform cannot bind. */
  static void check(IncomingCall call) {
    List<String> violations = new ArrayList<>(violations(call.query(), Set.of()));
    if (isForm(call)) {
      String form = new String(call.body(), StandardCharsets.ISO_8859_1);
      violations.addAll(violations(form, Set.of()));
    }
    refuse(violations);
  }

  private static void refuse(List<String> violations) {
    if (!violations.isEmpty()) {
      throw new RefusedException(PlatformErrors.invalidPayload(violations));
    }
  }

  static boolean isForm(IncomingCall call) {
    return call.header("Content-Type")
        .filter(type -> type.strip().regionMatches(true, 0, FORM, 0, FORM.length()))
        .isPresent();
  }

  private static List<String> violations(String query, Set<String> known) {
    return Arrays.stream(query.split("&", -1))
        .map(parameter -> decoded(parameter.split("=", 2)[0]))
        .filter(name -> !name.isEmpty() && !known.contains(name))
        .filter(name -> !OF_THE_SYSTEM.contains(name.startsWith("$") ? name.substring(1) : name))
        .limit(SHOWN)
        .map(name -> name.length() <= SHOWN ? name : name.substring(0, SHOWN) + "…")
        .map(
            name ->
                ("Unknown name \"%s\": Cannot bind query parameter. Field '%s' could not be found in"
                        + " request message.")
                    .formatted(name, name))
        .toList();
  }

  private static String decoded(String escaped) {
    try {
      return URLDecoder.decode(escaped, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEscaped) {
      return escaped;
    }
  }
}
