package io.github.vertexj.formats;

import io.github.vertexj.json.PooledBuffer;
import java.util.Map;

/**
 * A reply's bytes, and the headers that say how to read them.
 *
 * @param buffer the bytes, to be closed when they are sent
 * @param mediaType the value of {@code Content-Type}
 * @param headers further headers by name
 */
public record WrittenReply(PooledBuffer buffer, String mediaType, Map<String, String> headers) {
  static final String JSON = "application/json";

  static WrittenReply json(PooledBuffer buffer) {
    return new WrittenReply(buffer, JSON, Map.of());
  }
}
