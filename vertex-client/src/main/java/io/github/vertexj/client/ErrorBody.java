package io.github.vertexj.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is said in the body of an error: the container's {@code {"error": "…"}} (C3.29), the
 * platform's {@code {"error": {"message": …}}} with the container's body as its text (C3.30), or a
 * proxy's plain text.
 */
final class ErrorBody {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern PLACE = Pattern.compile("\\$\\.instances\\[(\\d{1,9})]");
  private static final int MOST_LETTERS = 2_000;
  private static final int MOST_WRAPPERS = 3;

  private ErrorBody() {}

  /** Returns the sentence in a body; empty if there is none. */
  static String sentence(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    for (int i = 0; i < MOST_WRAPPERS; i++) {
      String inner = unwrapped(text);
      if (inner.equals(text)) {
        break;
      }
      text = inner;
    }
    String trimmed = text.strip();
    return trimmed.length() > MOST_LETTERS ? trimmed.substring(0, MOST_LETTERS) + "…" : trimmed;
  }

  private static String unwrapped(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException plainText) {
      return text;
    }
    JsonNode first = json.isArray() && !json.isEmpty() ? json.path(0) : json;
    JsonNode error = first.has("error") ? first.path("error") : first;
    for (JsonNode found : new JsonNode[] {error, error.path("message"), error.path("detail")}) {
      if (found.isTextual()) {
        return found.textValue();
      }
    }
    return text;
  }

  /**
   * Returns the exception about an answer to a part of a call, which counts the instances of the
   * whole call.
   */
  static EndpointException exception(int status, byte[] body, Part part) {
    String sentence = sentence(body);
    Matcher place = PLACE.matcher(sentence);
    if (!place.find()) {
      return EndpointException.answered(status, sentence + range(part));
    }
    int instance = part.first() + Integer.parseInt(place.group(1));
    String counted =
        place.replaceAll(
            found ->
                Matcher.quoteReplacement(
                    "$.instances[" + (part.first() + Integer.parseInt(found.group(1))) + "]"));
    return EndpointException.answered(status, counted).instanceError(instance, counted);
  }

  private static String range(Part part) {
    return part.whole()
        ? ""
        : " (in instances %d to %d)".formatted(part.first(), part.first() + part.count() - 1);
  }
}
