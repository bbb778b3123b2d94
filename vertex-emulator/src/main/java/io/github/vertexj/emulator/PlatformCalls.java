package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The prediction methods as calls of messages: what {@code PredictionService} is by gRPC.
 *
 * <p>Limits, routing and what a container gets are those of the same methods by HTTP. <b>Assumed:
 * </b> errors are those of a shared endpoint's callers on a dedicated one too, since gRPC has no
 * other way to pass a status and a body on; of a caller's metadata nothing reaches the container.
 * Thread-safe; a call holds its thread, and an interrupt ends it.
 */
public final class PlatformCalls {
  private static final int FIRST_NOT_GOOD = 300;

  private final EmulatedPlatform platform;
  private final OnlineMethods methods;

  PlatformCalls(EmulatedPlatform platform, OnlineMethods methods) {
    this.platform = platform;
    this.methods = methods;
  }

  /**
   * Answers {@code Predict}.
   *
   * @param request the fields {@code instances} and {@code parameters} of a {@code PredictRequest}
   * @return the fields of a {@code PredictResponse}
   * @throws RefusedException if the call ends with an error
   */
  public ObjectNode predict(MessageCall call, JsonNode request) {
    return methods.predict(endpoint(call), request);
  }

  /**
   * Answers {@code RawPredict}.
   *
   * @throws RefusedException if the call ends with an error, the container's own included
   */
  public RawMessage rawPredict(MessageCall call, RawMessage request) {
    PlatformReply reply = methods.rawPredict(endpoint(call), incoming(call, request));
    if (reply.status() >= FIRST_NOT_GOOD) {
      throw ofContainer(reply.status(), reply.body());
    }
    String mediaType = Optional.ofNullable(reply.mediaType()).orElse("");
    return new RawMessage(mediaType, added(reply.headers()), reply.body());
  }

  /**
   * Answers {@code StreamRawPredict}: each piece that comes from the container goes on at once.
   *
   * @param head is told the media type and headers of the reply, without bytes, before the pieces
   * @param pieces gets each piece in one {@code write}; if it throws, the container's connection is
   *     closed
   * @throws RefusedException if the call ends with an error, also in the middle of the stream
   */
  public void streamRawPredict(
      MessageCall call, RawMessage request, Consumer<RawMessage> head, OutputStream pieces) {
    Endpoint endpoint = endpoint(call);
    StreamedReply reply = methods.streamRawPredict(endpoint, incoming(call, request));
    if (reply.status() >= FIRST_NOT_GOOD) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      copy(endpoint, reply, body);
      throw ofContainer(reply.status(), body.toByteArray());
    }
    String mediaType = String.join(",", reply.headers().getOrDefault("Content-Type", List.of()));
    head.accept(new RawMessage(mediaType, added(reply.headers()), new byte[0]));
    copy(endpoint, reply, pieces);
  }

  private static void copy(Endpoint endpoint, StreamedReply reply, OutputStream out) {
    try {
      reply.copyTo(out);
    } catch (IOException e) {
      throw new RefusedException(
          System.nanoTime() < reply.deadline()
              ? PlatformErrors.brokenOff(endpoint.profile())
              : PlatformErrors.timedOut(endpoint.profile()));
    }
  }

  /**
   * Returns why a method has no answer for a custom container.
   *
   * @param method as in {@code directRawPredict}
   */
  public RefusedException noAnswer(MessageCall call, String method) {
    Endpoint endpoint = endpoint(call);
    return method.equals("explain")
        ? new RefusedException(PlatformErrors.notEmulated(method))
        : methods.withoutGrpcPorts(endpoint, method);
  }

  private Endpoint endpoint(MessageCall call) {
    ResourcePath path =
        path(call)
            .orElseThrow(
                () ->
                    new RefusedException(
                        PlatformErrors.invalidArgument(
                            "The field \"endpoint\" must be projects/…/locations/…/endpoints/….")));
    Endpoint endpoint = platform.existingEndpoint(path.endpointId());
    EndpointProfile profile = endpoint.profile();
    if (profile.dedicated() && !call.routingId().equals(Optional.of(endpoint.id()))) {
      throw new RefusedException(
          PlatformErrors.invalidArgument(
              "A dedicated endpoint needs its id in the header x-vertex-ai-endpoint-id (C3.44)."));
    }
    if (call.bytes() > profile.maxBodyBytes()) {
      throw new RefusedException(PlatformErrors.requestTooLarge(profile));
    }
    return endpoint;
  }

  private static Optional<ResourcePath> path(MessageCall call) {
    return ResourcePath.of("/v1/" + call.endpoint()).filter(path -> path.method().isEmpty());
  }

  private static IncomingCall incoming(MessageCall call, RawMessage request) {
    return new IncomingCall(
        "POST", path(call).orElseThrow(), "", request.contentType(), request.bytes());
  }

  private static RefusedException ofContainer(int status, byte[] body) {
    return new RefusedException(
        PlatformErrors.ofContainer(status, new String(body, StandardCharsets.UTF_8)));
  }

  /** Of a container's headers none goes on but those that the platform adds. */
  private static Map<String, List<String>> added(Map<String, List<String>> headers) {
    Map<String, List<String>> added = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(
        (name, values) -> {
          if (name.regionMatches(true, 0, "X-Vertex-AI-", 0, "X-Vertex-AI-".length())) {
            added.put(name, values);
          }
        });
    return added;
  }
}
