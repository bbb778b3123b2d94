package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error of the platform, before it takes the form of the caller's protocol.
 *
 * @param status its HTTP status
 * @param code the name of its canonical code, as in {@code INVALID_ARGUMENT}
 * @param violations what is wrong with the request, one sentence each; empty for other errors
 * @param proxyText what a proxy says in its place by HTTP, as plain text, or null
 */
record PlatformError(
    int status,
    String code,
    String message,
    List<String> violations,
    @Nullable PlatformReply proxyText) {
  private static final String BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

  static PlatformError of(int status, String code, String message) {
    return new PlatformError(status, code, message, List.of(), null);
  }

  /** Returns this error with the reply that a proxy gives for it. */
  PlatformError saidByProxy(int proxyStatus, String text) {
    return new PlatformError(
        status,
        code,
        message,
        violations,
        new PlatformReply(
            proxyStatus, "text/plain", Map.of(), text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns this error as a reply by HTTP. */
  PlatformReply reply() {
    if (proxyText != null) {
      return proxyText;
    }
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    ObjectNode error = envelope.putObject("error");
    error.put("code", status).put("message", message).put("status", code);
    if (!violations.isEmpty()) {
      ObjectNode detail = error.putArray("details").addObject().put("@type", BAD_REQUEST);
      violations.forEach(
          violation ->
              detail.withArray("fieldViolations").addObject().put("description", violation));
    }
    return PlatformReply.json(
        status, envelope.toPrettyString().concat("\n").getBytes(StandardCharsets.UTF_8));
  }
}
