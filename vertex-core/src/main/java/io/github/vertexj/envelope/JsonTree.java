package io.github.vertexj.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.json.InvalidValueException;
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
  private final int maxBytes;

  private JsonTree(JsonMapper mapper, int maxBytes) {
    this.mapper = mapper;
    this.maxBytes = maxBytes;
  }

  /** Returns a reader of what is taken for JSON by these rules. */
  public static JsonTree of(JsonRules rules) {
    return new JsonTree(StrictMapper.of(rules), rules.maxTreeBytes());
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
    StrictMapper.Range range = new StrictMapper.Range(from, in.position());
    if (range.length() > maxBytes) {
      throw new InvalidValueException(
          "this value has more than the %d bytes taken here; send less".formatted(maxBytes),
          path,
          from - in.start());
    }
    try (StrictNumbers parser = StrictMapper.parser(mapper, in, range, TokenCosts.ofTrees())) {
      JsonNode tree = mapper.readTree(parser);
      parser.end();
      return tree;
    } catch (IOException fault) {
      throw new JacksonFault(fault, path, from).toException(in);
    }
  }
}
