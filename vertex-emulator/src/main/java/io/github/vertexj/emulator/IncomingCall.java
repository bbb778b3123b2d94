package io.github.vertexj.emulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request of a client, whole.
 *
 * @param httpMethod {@code GET}, {@code POST}, …
 * @param query the query without its question mark, or empty
 * @param headers by name, which is compared without case
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record IncomingCall(
    String httpMethod,
    ResourcePath path,
    String query,
    Map<String, List<String>> headers,
    byte[] body) {

  IncomingCall withBody(byte[] other) {
    return new IncomingCall(httpMethod, path, query, headers, other);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name)).map(values -> values.get(0));
  }
}
