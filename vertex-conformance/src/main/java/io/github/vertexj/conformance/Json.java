package io.github.vertexj.conformance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;

/** JSON as the platform's front end reads it, and when two values are alike. */
final class Json {
  /**
   * More than any reply of numbers has, and less than the heap: a small value is a large object.
   */
  private static final int MOST_TOKENS = 4_000_000;

  static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
              .build());

  private static final ObjectReader STRICT =
      MAPPER
          .reader()
          .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Batches of other sizes round differently. */
  private static final double TOLERANCE = 1e-3;

  private Json() {}

  /** The one value that bytes hold, if they are strict JSON. */
  static Optional<JsonNode> strict(byte[] bytes) {
    try {
      return Optional.of(STRICT.readTree(bytes)).filter(value -> !value.isMissingNode());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether two values are equal but for the rounding of numbers. */
  static boolean alike(JsonNode one, JsonNode other) {
    if (one.isNumber() && other.isNumber()) {
      return close(one.doubleValue(), other.doubleValue());
    }
    if (!one.isContainerNode() || one.getNodeType() != other.getNodeType()) {
      return one.equals(other);
    }
    return one.size() == other.size()
        && (one.isArray() ? elements(one, other) : members(one, other));
  }

  private static boolean close(double one, double other) {
    return Math.abs(one - other)
        <= TOLERANCE * Math.max(1, Math.max(Math.abs(one), Math.abs(other)));
  }

  private static boolean elements(JsonNode one, JsonNode other) {
    for (int i = 0; i < one.size(); i++) {
      if (!alike(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean members(JsonNode one, JsonNode other) {
    for (Iterator<String> names = one.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!other.has(name) || !alike(one.path(name), other.path(name))) {
        return false;
      }
    }
    return true;
  }
}
