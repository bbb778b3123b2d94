package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.regex.Pattern;

/** Checks of text that claims to be JSON already. Thread-safe. */
final class RawJson {
  private static final JsonFactory STRICT = new JsonFactory();
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private RawJson() {}

  static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  /** Whether text is exactly one JSON value. */
  static boolean isOneValue(String text) throws IOException {
    try (JsonParser parser = STRICT.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
