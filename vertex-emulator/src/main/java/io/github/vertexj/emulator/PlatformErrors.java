package io.github.vertexj.emulator;

import java.util.List;

/**
 * The front end's own errors, and the container's as a caller of messages sees them (C3.29–C3.37).
 *
 * <p><b>Known:</b> 4xx becomes 400 FAILED_PRECONDITION with the container's body as text (C3.30),
 * 503 becomes UNAVAILABLE (C3.31), a time-out 504 (C3.35), a model at zero replicas 429 (C3.36).
 * <b>Assumed:</b> every other status becomes 500 INTERNAL, but 504 stays one; 429 is no exception
 * from 4xx; by HTTP a dedicated endpoint's own errors are a proxy's plain texts.
 */
final class PlatformErrors {
  private static final int BAD_REQUEST = 400;
  private static final int FIRST_SERVER_ERROR = 500;
  private static final String INVALID_PAYLOAD = "Invalid JSON payload received. ";

  private PlatformErrors() {}

  static PlatformError invalidArgument(String message) {
    return PlatformError.of(BAD_REQUEST, "INVALID_ARGUMENT", message);
  }

  /** A request that is no message of its method; the platform names each thing that is wrong. */
  static PlatformError invalidPayload(List<String> violations) {
    List<String> sentences = violations.stream().map(INVALID_PAYLOAD::concat).toList();
    return new PlatformError(
        BAD_REQUEST, "INVALID_ARGUMENT", String.join("\n", sentences), sentences, null);
  }

  static PlatformError failedPrecondition(String message) {
    return PlatformError.of(BAD_REQUEST, "FAILED_PRECONDITION", message);
  }

  static PlatformError notFound(String message) {
    return PlatformError.of(404, "NOT_FOUND", message);
  }

  static PlatformError internal(String message) {
    return PlatformError.of(500, "INTERNAL", message);
  }

  /** What the platform has, and the emulator does not. */
  static PlatformError notEmulated(String what) {
    return PlatformError.of(501, "UNIMPLEMENTED", what + " is not emulated.");
  }

  /** A model that invokes routes was called by another method (C4.19). */
  static PlatformError invokeOnly() {
    return PlatformError.of(
        BAD_REQUEST,
        "INTERNAL",
        "Given request uri is not supported on this endpoint. Please use"
            + " `/invoke${container_request_path}` to route the request to the container path."
            + " container_request_path must start with a forward slash.");
  }

  /** The container's error as the caller of a shared endpoint, or by gRPC, sees it. */
  static PlatformError ofContainer(int status, String body) {
    if (status >= BAD_REQUEST && status < FIRST_SERVER_ERROR) {
      return failedPrecondition(body);
    }
    return switch (status) {
      case 503 -> PlatformError.of(status, "UNAVAILABLE", body);
      case 504 -> PlatformError.of(status, "DEADLINE_EXCEEDED", body);
      default -> internal(body);
    };
  }

  static PlatformError scalingFromZero() {
    return PlatformError.of(
        429,
        "RESOURCE_EXHAUSTED",
        "Model is not yet ready for inference. Please wait while model completes scale-up from"
            + " zero, then try your request again.");
  }

  static PlatformError noHealthyReplica(EndpointProfile profile) {
    PlatformError error =
        PlatformError.of(503, "UNAVAILABLE", "The deployed model has no healthy replica.");
    return profile.dedicated() ? error.saidByProxy(503, "no healthy upstream") : error;
  }

  static PlatformError brokenOff(EndpointProfile profile) {
    PlatformError error =
        PlatformError.of(
            503, "UNAVAILABLE", "The container has closed the connection without a reply.");
    return profile.dedicated()
        ? error.saidByProxy(503, "upstream connect error or disconnect/reset before headers")
        : error;
  }

  static PlatformError timedOut(EndpointProfile profile) {
    PlatformError error = PlatformError.of(504, "DEADLINE_EXCEEDED", "Deadline exceeded.");
    return profile.dedicated() ? error.saidByProxy(504, "upstream request timeout") : error;
  }

  static PlatformError requestTooLarge(EndpointProfile profile) {
    PlatformError error =
        invalidArgument(
            "Request payload size exceeds the limit: " + profile.maxBodyBytes() + " bytes.");
    return profile.dedicated() ? error.saidByProxy(413, "Payload Too Large") : error;
  }

  static PlatformError replyTooLarge(EndpointProfile profile) {
    String text = "The container's reply exceeds the limit: " + profile.maxBodyBytes() + " bytes.";
    return profile.dedicated() ? internal(text).saidByProxy(502, text) : internal(text);
  }
}
