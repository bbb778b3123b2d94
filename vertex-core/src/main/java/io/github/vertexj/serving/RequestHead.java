package io.github.vertexj.serving;

import io.github.vertexj.RequestHeaders;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request before its body: all that an adapter tells about it.
 *
 * @param method the method, in upper case as HTTP has it
 * @param path the path without query, with its percent escapes as they came
 * @param query what follows the question mark, as it came; null if there is none
 * @param headers the headers as they came
 */
public record RequestHead(
    String method, String path, @Nullable String query, RequestHeaders headers) {

  /**
   * Creates a head.
   *
   * @param headers returns the first value of a header by its name in any case; null if absent
   */
  public RequestHead(
      String method,
      String path,
      @Nullable String query,
      Function<String, @Nullable String> headers) {
    this(method, path, query, new RequestHeaders(headers));
  }

  /** A header's first value; null if absent. */
  @Nullable String header(String name) {
    return headers.first(name);
  }

  /** The announced length of the body in bytes; -1 if the body is chunked or absent. */
  long contentLength() {
    @Nullable String length = header("Content-Length");
    try {
      return length == null ? -1 : Long.parseLong(length.trim());
    } catch (NumberFormatException e) {
      // More than any number can say; else the HTTP server has refused it, or counts for itself.
      return length.trim().matches("[0-9]+") ? Long.MAX_VALUE : -1;
    }
  }
}
