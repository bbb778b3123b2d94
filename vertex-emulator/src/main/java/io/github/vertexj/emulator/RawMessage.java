package io.github.vertexj.emulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bytes of a media type, which nobody on the way has read.
 *
 * @param mediaType as the sender names it; may be empty
 * @param headers what the platform adds to a reply (C4.3); empty for a request
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
public record RawMessage(String mediaType, Map<String, List<String>> headers, byte[] bytes) {

  /** Returns a request. */
  public static RawMessage of(String mediaType, byte[] bytes) {
    return new RawMessage(mediaType, Map.of(), bytes);
  }

  /** Returns the headers as a container gets them. */
  Map<String, List<String>> contentType() {
    return Optional.of(mediaType)
        .filter(type -> !type.isEmpty())
        .map(type -> Map.of("Content-Type", List.of(type)))
        .orElse(Map.of());
  }
}
