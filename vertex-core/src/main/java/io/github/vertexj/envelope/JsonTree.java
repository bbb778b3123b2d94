package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.json.JsonRules;
import io.github.vertexj.json.JsonScanner;
import java.io.IOException;

/**
 * A reader of whole values as trees, such as a request's parameters; {@code {"b64": …}} alone is
 * bytes in them.
 *
 * <p>Immutable and thread-safe.
 */
public final class JsonTree {
  private final JsonMapper mapper;

  private JsonTree(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** Returns a reader of what is taken for JSON by these rules. */
  public static JsonTree of(JsonRules rules) {
    return new JsonTree(StrictMapper.of(rules));
  }

  /**
   * Reads the value at the cursor, which passes it.
   *
   * <p>The scanner goes first: a number that ends with its slice is no end of a document.
   *
   * @param path the value's place, for what is wrong in it
   */
  public JsonNode read(JsonScanner in, String path) {
    in.peek();
    int from = in.position();
    in.skipValue();
    try (JsonParser parser = StrictMapper.parser(mapper, in.bytes(), from, in.position())) {
      return mapper.readTree(parser);
    } catch (IOException fault) {
      throw new JacksonFault(fault, path, from).toException(in);
    }
  }
}
