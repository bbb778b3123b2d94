package io.github.vertexj.emulator.grpc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.HttpBody;
import com.google.cloud.aiplatform.v1.DirectPredictRequest;
import com.google.cloud.aiplatform.v1.DirectPredictResponse;
import com.google.cloud.aiplatform.v1.DirectRawPredictRequest;
import com.google.cloud.aiplatform.v1.DirectRawPredictResponse;
import com.google.cloud.aiplatform.v1.ExplainRequest;
import com.google.cloud.aiplatform.v1.ExplainResponse;
import com.google.cloud.aiplatform.v1.PredictRequest;
import com.google.cloud.aiplatform.v1.PredictResponse;
import com.google.cloud.aiplatform.v1.PredictionServiceGrpc;
import com.google.cloud.aiplatform.v1.RawPredictRequest;
import com.google.cloud.aiplatform.v1.StreamDirectPredictRequest;
import com.google.cloud.aiplatform.v1.StreamDirectPredictResponse;
import com.google.cloud.aiplatform.v1.StreamDirectRawPredictRequest;
import com.google.cloud.aiplatform.v1.StreamDirectRawPredictResponse;
import com.google.cloud.aiplatform.v1.StreamRawPredictRequest;
import com.google.cloud.aiplatform.v1.StreamingPredictRequest;
import com.google.cloud.aiplatform.v1.StreamingPredictResponse;
import com.google.cloud.aiplatform.v1.StreamingRawPredictRequest;
import com.google.cloud.aiplatform.v1.StreamingRawPredictResponse;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.github.vertexj.emulator.MessageCall;
import io.github.vertexj.emulator.PlatformCalls;
import io.github.vertexj.emulator.RawMessage;
import io.github.vertexj.emulator.RefusedException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * The published service: each call translated into one of {@link PlatformCalls}, and its outcome
 * back.
 *
 * <p>Thread-safe.
 */
final class PredictionService extends PredictionServiceGrpc.PredictionServiceImplBase {
  private final PlatformCalls calls;
  private final ExecutorService threads;

  PredictionService(PlatformCalls calls, ExecutorService threads) {
    this.calls = calls;
    this.threads = threads;
  }

  private static MessageCall call(String endpoint, MessageLite request) {
    return new MessageCall(
        endpoint, CallHeaders.current().endpointId(), request.getSerializedSize());
  }

  @Override
  public void predict(PredictRequest request, StreamObserver<PredictResponse> caller) {
    MessageCall call = call(request.getEndpoint(), request);
    Answer.on(threads, caller, answer -> answer.send(response(calls.predict(call, json(request)))));
  }

  private static ObjectNode json(PredictRequest request) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("instances", Values.array(request.getInstancesList()));
    if (request.hasParameters()) {
      json.set("parameters", Values.json(request.getParameters()));
    }
    return json;
  }

  private static PredictResponse response(ObjectNode json) {
    PredictResponse.Builder response =
        PredictResponse.newBuilder()
            .setDeployedModelId(json.path("deployedModelId").asText())
            .setModel(json.path("model").asText())
            .setModelDisplayName(json.path("modelDisplayName").asText())
            .setModelVersionId(json.path("modelVersionId").asText());
    json.path("predictions").forEach(prediction -> response.addPredictions(Values.of(prediction)));
    if (json.has("metadata")) {
      response.setMetadata(Values.of(json.path("metadata")));
    }
    return response.build();
  }

  @Override
  public void rawPredict(RawPredictRequest request, StreamObserver<HttpBody> caller) {
    MessageCall call = call(request.getEndpoint(), request);
    Answer.on(
        threads,
        caller,
        answer -> {
          RawMessage reply = calls.rawPredict(call, raw(request.getHttpBody()));
          answer.headers(reply.headers());
          answer.send(body(reply.mediaType(), reply.bytes()));
        });
  }

  @Override
  public void streamRawPredict(StreamRawPredictRequest request, StreamObserver<HttpBody> caller) {
    MessageCall call = call(request.getEndpoint(), request);
    Answer.on(
        threads,
        caller,
        answer -> {
          BodyPieces pieces = new BodyPieces(answer);
          calls.streamRawPredict(call, raw(request.getHttpBody()), pieces::begin, pieces);
        });
  }

  private static RawMessage raw(HttpBody body) {
    return RawMessage.of(body.getContentType(), body.getData().toByteArray());
  }

  static HttpBody body(String mediaType, byte[] bytes) {
    return HttpBody.newBuilder()
        .setContentType(mediaType)
        .setData(ByteString.copyFrom(bytes))
        .build();
  }

  @Override
  public void explain(ExplainRequest request, StreamObserver<ExplainResponse> caller) {
    refuse("explain", call(request.getEndpoint(), request), caller);
  }

  @Override
  public void serverStreamingPredict(
      StreamingPredictRequest request, StreamObserver<StreamingPredictResponse> caller) {
    refuse("serverStreamingPredict", call(request.getEndpoint(), request), caller);
  }

  @Override
  public void directPredict(
      DirectPredictRequest request, StreamObserver<DirectPredictResponse> caller) {
    refuse("directPredict", call(request.getEndpoint(), request), caller);
  }

  @Override
  public void directRawPredict(
      DirectRawPredictRequest request, StreamObserver<DirectRawPredictResponse> caller) {
    refuse("directRawPredict", call(request.getEndpoint(), request), caller);
  }

  @Override
  public StreamObserver<StreamDirectPredictRequest> streamDirectPredict(
      StreamObserver<StreamDirectPredictResponse> caller) {
    return refuseFirst("streamDirectPredict", StreamDirectPredictRequest::getEndpoint, caller);
  }

  @Override
  public StreamObserver<StreamDirectRawPredictRequest> streamDirectRawPredict(
      StreamObserver<StreamDirectRawPredictResponse> caller) {
    return refuseFirst(
        "streamDirectRawPredict", StreamDirectRawPredictRequest::getEndpoint, caller);
  }

  @Override
  public StreamObserver<StreamingPredictRequest> streamingPredict(
      StreamObserver<StreamingPredictResponse> caller) {
    return refuseFirst("streamingPredict", StreamingPredictRequest::getEndpoint, caller);
  }

  @Override
  public StreamObserver<StreamingRawPredictRequest> streamingRawPredict(
      StreamObserver<StreamingRawPredictResponse> caller) {
    return refuseFirst("streamingRawPredict", StreamingRawPredictRequest::getEndpoint, caller);
  }

  private void refuse(String method, MessageCall call, StreamObserver<?> caller) {
    caller.onError(Answer.status(reason(method, call)));
  }

  private RefusedException reason(String method, MessageCall call) {
    try {
      return calls.noAnswer(call, method);
    } catch (RefusedException e) {
      return e;
    }
  }

  /** A stream of requests is refused at its first, which names the endpoint (C4.11). */
  private <Q extends MessageLite> StreamObserver<Q> refuseFirst(
      String method, Function<Q, String> endpoint, StreamObserver<?> caller) {
    ServerCallStreamObserver<?> observer = (ServerCallStreamObserver<?>) caller;
    return new StreamObserver<>() {
      private boolean refused;

      @Override
      public void onNext(Q request) {
        if (!refused) {
          refused = true;
          refuse(method, call(endpoint.apply(request), request), observer);
        }
      }

      @Override
      public void onError(Throwable gone) {}

      @Override
      public void onCompleted() {
        if (!refused) {
          observer.onCompleted();
        }
      }
    };
  }
}
