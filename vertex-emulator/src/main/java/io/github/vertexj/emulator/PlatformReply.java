package io.github.vertexj.emulator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole reply of the front end.
 *
 * @param headers more headers than the media type
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record PlatformReply(
    int status, @Nullable String mediaType, Map<String, List<String>> headers, byte[] body) {
  static final String JSON = "application/json; charset=UTF-8";

  static PlatformReply json(int status, byte[] body) {
    return new PlatformReply(status, JSON, Map.of(), body);
  }
}
