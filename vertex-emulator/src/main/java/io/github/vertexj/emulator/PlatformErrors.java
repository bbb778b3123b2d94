package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The front end's own errors, and the container's as a shared endpoint shows them (C3.29–C3.37).
 *
 * <p><b>Known:</b> 4xx becomes 400 FAILED_PRECONDITION with the container's body as text (C3.30),
 * 503 becomes UNAVAILABLE (C3.31), a time-out 504 (C3.35), a model at zero replicas 429 (C3.36).
 * <b>Assumed:</b> every other status becomes 500 INTERNAL, but 504 stays one; 429 is no exception
 * from 4xx; a dedicated endpoint's own errors are a proxy's plain texts.
 */
final class PlatformErrors {
  private static final int BAD_REQUEST = 400;
  private static final int FIRST_SERVER_ERROR = 500;

  private PlatformErrors() {}

  static PlatformReply of(int status, String code, String message) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.putObject("error").put("code", status).put("message", message).put("status", code);
    return PlatformReply.json(
        status, envelope.toPrettyString().concat("\n").getBytes(StandardCharsets.UTF_8));
  }

  static PlatformReply invalidArgument(String message) {
    return of(BAD_REQUEST, "INVALID_ARGUMENT", message);
  }

  static PlatformReply failedPrecondition(String message) {
    return of(BAD_REQUEST, "FAILED_PRECONDITION", message);
  }

  static PlatformReply notFound(String message) {
    return of(404, "NOT_FOUND", message);
  }

  static PlatformReply internal(String message) {
    return of(500, "INTERNAL", message);
  }

  /** The container's error as a shared endpoint's caller sees it. */
  static PlatformReply ofContainer(int status, String body) {
    if (status >= BAD_REQUEST && status < FIRST_SERVER_ERROR) {
      return failedPrecondition(body);
    }
    return switch (status) {
      case 503 -> of(status, "UNAVAILABLE", body);
      case 504 -> of(status, "DEADLINE_EXCEEDED", body);
      default -> internal(body);
    };
  }

  static PlatformReply scalingFromZero() {
    return of(
        429,
        "RESOURCE_EXHAUSTED",
        "Model is not yet ready for inference. Please wait while model completes scale-up from"
            + " zero, then try your request again.");
  }

  static PlatformReply noHealthyReplica(EndpointProfile profile) {
    return profile.dedicated()
        ? plain(503, "no healthy upstream")
        : of(503, "UNAVAILABLE", "The deployed model has no healthy replica.");
  }

  static PlatformReply brokenOff(EndpointProfile profile) {
    return profile.dedicated()
        ? plain(503, "upstream connect error or disconnect/reset before headers")
        : of(503, "UNAVAILABLE", "The container has closed the connection without a reply.");
  }

  static PlatformReply timedOut(EndpointProfile profile) {
    return profile.dedicated()
        ? plain(504, "upstream request timeout")
        : of(504, "DEADLINE_EXCEEDED", "Deadline exceeded.");
  }

  static PlatformReply requestTooLarge(EndpointProfile profile) {
    return profile.dedicated()
        ? plain(413, "Payload Too Large")
        : invalidArgument(
            "Request payload size exceeds the limit: " + profile.maxBodyBytes() + " bytes.");
  }

  static PlatformReply replyTooLarge(EndpointProfile profile) {
    String text = "The container's reply exceeds the limit: " + profile.maxBodyBytes() + " bytes.";
    return profile.dedicated() ? plain(502, text) : internal(text);
  }

  private static PlatformReply plain(int status, String text) {
    return new PlatformReply(
        status,
        "text/plain",
        Map.<String, List<String>>of(),
        text.getBytes(StandardCharsets.UTF_8));
  }
}
