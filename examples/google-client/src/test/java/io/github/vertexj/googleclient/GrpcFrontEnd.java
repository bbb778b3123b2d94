package io.github.vertexj.googleclient;

import com.google.api.HttpBody;
import com.google.cloud.aiplatform.v1.PredictRequest;
import com.google.cloud.aiplatform.v1.PredictResponse;
import com.google.cloud.aiplatform.v1.PredictionServiceGrpc;
import com.google.cloud.aiplatform.v1.RawPredictRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** The emulated platform's prediction methods by gRPC, each translated into its HTTP call. */
final class GrpcFrontEnd extends PredictionServiceGrpc.PredictionServiceImplBase
    implements AutoCloseable {
  private final URI platform;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Server server;

  GrpcFrontEnd(URI platform) throws IOException {
    this.platform = platform;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void predict(PredictRequest request, StreamObserver<PredictResponse> caller) {
    answer(
        caller,
        () -> {
          byte[] body =
              JsonFormat.printer()
                  .print(request.toBuilder().clearEndpoint())
                  .getBytes(StandardCharsets.UTF_8);
          PredictResponse.Builder response = PredictResponse.newBuilder();
          byte[] reply = post(request.getEndpoint() + ":predict", "application/json", body).body();
          JsonFormat.parser().merge(new String(reply, StandardCharsets.UTF_8), response);
          return response.build();
        });
  }

  @Override
  public void rawPredict(RawPredictRequest request, StreamObserver<HttpBody> caller) {
    answer(
        caller,
        () -> {
          HttpBody body = request.getHttpBody();
          HttpResponse<byte[]> reply =
              post(
                  request.getEndpoint() + ":rawPredict",
                  body.getContentType(),
                  body.getData().toByteArray());
          return HttpBody.newBuilder()
              .setContentType(reply.headers().firstValue("Content-Type").orElse(""))
              .setData(ByteString.copyFrom(reply.body()))
              .build();
        });
  }

  private interface Call<T> {
    T result() throws Exception;
  }

  private static <T> void answer(StreamObserver<T> caller, Call<T> call) {
    try {
      caller.onNext(call.result());
      caller.onCompleted();
    } catch (Exception e) {
      caller.onError(e instanceof StatusException ? e : Status.fromThrowable(e).asException());
    }
  }

  private HttpResponse<byte[]> post(String path, String mediaType, byte[] body) throws Exception {
    HttpResponse<byte[]> reply =
        client.send(
            HttpRequest.newBuilder(platform.resolve("/v1/" + path))
                .header("Content-Type", mediaType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (reply.statusCode() != 200) {
      throw failure(new String(reply.body(), StandardCharsets.UTF_8)).asException();
    }
    return reply;
  }

  /** The platform's error in its other spelling: the names of both are the same. */
  private static Status failure(String body) throws IOException {
    Struct.Builder envelope = Struct.newBuilder();
    JsonFormat.parser().merge(body, envelope);
    Struct error = envelope.getFieldsOrThrow("error").getStructValue();
    return Status.Code.valueOf(error.getFieldsOrThrow("status").getStringValue())
        .toStatus()
        .withDescription(error.getFieldsOrThrow("message").getStringValue());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
