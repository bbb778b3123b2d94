package io.github.vertexj.emulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The prediction methods: what each sends to a container, and what becomes of the reply.
 *
 * <p>Thread-safe; a call holds its thread until the reply is there.
 */
final class OnlineMethods {
  /** Methods for containers that serve gRPC, and for the platform's own models. */
  static final Set<String> NEED_GRPC_PORTS =
      Set.of(
          "directPredict",
          "directRawPredict",
          "serverStreamingPredict",
          "streamDirectPredict",
          "streamDirectRawPredict",
          "streamingPredict",
          "streamingRawPredict");

  private static final int OK = 200;
  private static final Map<String, List<String>> JSON_ONLY =
      Map.of("Content-Type", List.of("application/json"));

  private final Upstream upstream;

  OnlineMethods(Upstream upstream) {
    this.upstream = upstream;
  }

  /** {@code :predict} by HTTP; the container gets no header but Content-Type (C3.42). */
  PlatformReply predict(Endpoint endpoint, IncomingCall call) {
    EndpointProfile profile = endpoint.profile();
    DeployedReplicas model = predictModel(endpoint, call.path().deployedModelId());
    IncomingCall decoded =
        call.withBody(ContentCodings.decoded(call.headers(), call.body(), profile));
    if (profile.dedicated()) {
      return predictUnread(endpoint, model, decoded.body());
    }
    QueryParameters.check(decoded);
    ObjectNode request =
        QueryParameters.isForm(decoded)
            ? JsonNodeFactory.instance.objectNode()
            : PredictMessages.request(decoded.body());
    return PlatformReply.json(OK, ProtocolJson.bytes(predict(endpoint, model, request)));
  }

  /** A dedicated endpoint passes bytes and statuses as they are (C3.33). */
  private PlatformReply predictUnread(Endpoint endpoint, DeployedReplicas model, byte[] body) {
    HttpResponse<byte[]> response =
        send(endpoint, toPredictRoute(endpoint, model, JSON_ONLY, body));
    byte[] reply =
        response.statusCode() == OK
            ? PredictMessages.dedicatedReply(response.body(), addedFields(model))
            : response.body();
    return passedThrough(response, reply, Map.of());
  }

  /** Predict as a call of messages: by gRPC, and by HTTP on a shared endpoint. */
  ObjectNode predict(Endpoint endpoint, JsonNode request) {
    return predict(endpoint, predictModel(endpoint, null), request);
  }

  private ObjectNode predict(Endpoint endpoint, DeployedReplicas model, JsonNode request) {
    HttpResponse<byte[]> response =
        send(
            endpoint,
            toPredictRoute(endpoint, model, JSON_ONLY, PredictMessages.envelope(request)));
    if (response.statusCode() != OK) {
      throw new RefusedException(
          PlatformErrors.ofContainer(
              response.statusCode(), new String(response.body(), StandardCharsets.UTF_8)));
    }
    return PredictMessages.response(response.body(), addedFields(model));
  }

  /** {@code :rawPredict}: bytes, headers and status as they are, both ways (C4.1, C3.41). */
  PlatformReply rawPredict(Endpoint endpoint, IncomingCall call) {
    DeployedReplicas model = predictModel(endpoint, call.path().deployedModelId());
    if (!endpoint.profile().dedicated()) {
      QueryParameters.check(call.query());
    }
    HttpRequest request =
        toPredictRoute(endpoint, model, Upstream.forwarded(call.headers()), call.body());
    HttpResponse<byte[]> response = send(endpoint, request);
    return passedThrough(response, response.body(), addedHeaders(endpoint, model));
  }

  /** {@code :streamRawPredict}: the same, but the reply comes piece by piece (C4.6). */
  StreamedReply streamRawPredict(Endpoint endpoint, IncomingCall call) {
    requireDedicated(endpoint, "streamRawPredict");
    DeployedReplicas model = predictModel(endpoint, call.path().deployedModelId());
    return open(
        endpoint,
        model,
        toPredictRoute(endpoint, model, Upstream.forwarded(call.headers()), call.body()));
  }

  /** {@code /chat/completions}: marked, to the predict route, streamed back (C4.22, C4.23). */
  StreamedReply chatCompletions(Endpoint endpoint, IncomingCall call) {
    requireDedicated(endpoint, "chat/completions");
    DeployedReplicas model = predictModel(endpoint, call.path().deployedModelId());
    byte[] body =
        PredictMessages.chatRequest(
            ContentCodings.decoded(call.headers(), call.body(), endpoint.profile()));
    return open(endpoint, model, toPredictRoute(endpoint, model, JSON_ONLY, body));
  }

  /** {@code /invoke/…}: any method and path but the root, streamed back (C4.16, C4.17). */
  StreamedReply invoke(Endpoint endpoint, IncomingCall call, String path) {
    DeployedReplicas model = endpoint.route(call.path().deployedModelId());
    if (!model.model().invokes()) {
      throw new RefusedException(
          PlatformErrors.failedPrecondition("The deployed model has no invokeRoutePrefix."));
    } else if (path.length() < 2) {
      throw new RefusedException(
          PlatformErrors.notFound("The root path of a container cannot be invoked."));
    }
    String query = call.query().isEmpty() ? "" : "?" + call.query();
    URI uri = Uris.at(replica(endpoint, model).baseUri(), path + query);
    return open(
        endpoint,
        model,
        Upstream.request(call.httpMethod(), uri, Upstream.forwarded(call.headers()), call.body()));
  }

  private static void requireDedicated(Endpoint endpoint, String method) {
    if (!endpoint.profile().dedicated()) {
      throw new RefusedException(
          PlatformErrors.failedPrecondition(
              method + " of a custom model needs a dedicated endpoint."));
    }
  }

  /** A model with invoke routes has no other method (C4.15, C4.19). */
  private static DeployedReplicas predictModel(Endpoint endpoint, @Nullable String pinned) {
    DeployedReplicas model = endpoint.route(pinned);
    if (model.model().invokes()) {
      throw new RefusedException(PlatformErrors.invokeOnly());
    }
    return model;
  }

  /**
   * Returns why a method answers no custom container that speaks HTTP: direct methods call a
   * container's {@code grpcPorts} (C4.11), streaming ones the platform's own models (C4.10). That
   * both are failed preconditions is an assumption.
   *
   * @param name as in {@code directRawPredict}
   */
  RefusedException withoutGrpcPorts(Endpoint endpoint, String name) {
    predictModel(endpoint, null);
    return new RefusedException(
        PlatformErrors.failedPrecondition(
            name.toLowerCase(Locale.ROOT).contains("direct")
                ? name + " needs a container that serves gRPC: this one has no grpcPorts."
                : name
                    + " is for the platform's own models: a custom container streams by"
                    + " streamRawPredict."));
  }

  private static HttpRequest toPredictRoute(
      Endpoint endpoint, DeployedReplicas model, Map<String, List<String>> headers, byte[] body) {
    URI base = replica(endpoint, model).baseUri();
    return Upstream.request(
        "POST", Uris.at(base, model.deployment().predictRoute()), headers, body);
  }

  private static Replica replica(Endpoint endpoint, DeployedReplicas model) {
    return model
        .next()
        .orElseThrow(
            () -> new RefusedException(PlatformErrors.noHealthyReplica(endpoint.profile())));
  }

  private HttpResponse<byte[]> send(Endpoint endpoint, HttpRequest request) {
    EndpointProfile profile = endpoint.profile();
    try {
      HttpResponse<byte[]> response = upstream.send(request, profile.inferenceTimeout());
      if (response.body().length > profile.maxBodyBytes()) {
        throw new RefusedException(PlatformErrors.replyTooLarge(profile));
      }
      return response;
    } catch (TimeoutException e) {
      throw new RefusedException(PlatformErrors.timedOut(profile));
    } catch (IOException e) {
      throw new RefusedException(PlatformErrors.brokenOff(profile));
    }
  }

  private StreamedReply open(Endpoint endpoint, DeployedReplicas model, HttpRequest request) {
    EndpointProfile profile = endpoint.profile();
    long deadline = System.nanoTime() + profile.inferenceTimeout().toNanos();
    try {
      HttpResponse<Publisher<List<ByteBuffer>>> response =
          upstream.open(request, profile.inferenceTimeout());
      return new StreamedReply(
          response.statusCode(),
          withAdded(response, addedHeaders(endpoint, model)),
          response.body(),
          deadline);
    } catch (TimeoutException e) {
      throw new RefusedException(PlatformErrors.timedOut(profile));
    } catch (IOException e) {
      throw new RefusedException(PlatformErrors.brokenOff(profile));
    }
  }

  private static PlatformReply passedThrough(
      HttpResponse<byte[]> response, byte[] body, Map<String, List<String>> added) {
    Map<String, List<String>> headers = withAdded(response, added);
    List<String> mediaType = headers.remove("Content-Type");
    return new PlatformReply(
        response.statusCode(), mediaType == null ? null : mediaType.get(0), headers, body);
  }

  private static Map<String, List<String>> withAdded(
      HttpResponse<?> response, Map<String, List<String>> added) {
    Map<String, List<String>> headers = Upstream.forwarded(response.headers().map());
    headers.putAll(added);
    return headers;
  }

  /** The fields that the platform puts beside the predictions (C3.15). */
  private static Map<String, String> addedFields(DeployedReplicas model) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("deployedModelId", model.id());
    fields.put("model", model.deployment().modelName());
    fields.put("modelDisplayName", model.model().displayName());
    fields.put("modelVersionId", model.model().versionId());
    return fields;
  }

  /** The headers that the platform adds to replies that are not envelopes (C4.3). */
  private static Map<String, List<String>> addedHeaders(Endpoint endpoint, DeployedReplicas model) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("X-Vertex-AI-Endpoint-Id", List.of(endpoint.id()));
    headers.put("X-Vertex-AI-Deployed-Model-Id", List.of(model.id()));
    headers.put("X-Vertex-AI-Model", List.of(model.deployment().modelName()));
    headers.put("X-Vertex-AI-Model-Version-Id", List.of(model.model().versionId()));
    return headers;
  }
}
