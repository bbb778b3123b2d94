package io.github.vertexj.formats;

import io.github.vertexj.json.ReplyBuffer;
import java.util.Map;

/**
 * A reply's bytes, and the headers that say how to read them.
 *
 * @param buffer the bytes, to be closed when they are sent
 * @param mediaType the value of {@code Content-Type}
 * @param headers further headers by name
 */
public record ReplyBody(ReplyBuffer buffer, String mediaType, Map<String, String> headers) {
  static final String JSON = "application/json";

  static ReplyBody json(ReplyBuffer buffer) {
    return new ReplyBody(buffer, JSON, Map.of());
  }
}
