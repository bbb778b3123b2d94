package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A complete reply of the server. Immutable. */
final class Answer {
  private final int status;
  private final Map<String, String> headers;
  private final byte[] body;
  private final int pauses;

  /**
   * A reply.
   *
   * @param headers the first value of each header, by its name in lower case
   * @param pauses how often the body paused for a millisecond or more
   */
  Answer(int status, Map<String, String> headers, byte[] body, int pauses) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.pauses = pauses;
  }

  /** The same with no more than so many bytes of the body. */
  Answer shortened(int most) {
    return body.length <= most
        ? this
        : new Answer(status, headers, Arrays.copyOf(body, most), pauses);
  }

  int status() {
    return status;
  }

  boolean refuses() {
    return status >= 400 && status < 500;
  }

  boolean redirects() {
    return status >= 300 && status < 400;
  }

  /** A header's value by its name in lower case; empty if there is none. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** What a search for things that must not be there has to look at: headers and body. */
  String searched() {
    return String.join("\n", headers.values()) + "\n" + text();
  }

  int pauses() {
    return pauses;
  }

  /** The body, if it is one value in strict JSON. */
  Optional<JsonNode> json() {
    return Json.strict(body);
  }

  @Override
  public String toString() {
    String type = header("content-type");
    return status
        + (type.isEmpty() ? " without Content-Type" : " " + type)
        + "  "
        + Shown.body(body);
  }
}
