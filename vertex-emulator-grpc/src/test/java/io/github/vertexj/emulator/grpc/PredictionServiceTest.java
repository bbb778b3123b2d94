package io.github.vertexj.emulator.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.api.HttpBody;
import com.google.cloud.aiplatform.v1.DirectPredictRequest;
import com.google.cloud.aiplatform.v1.DirectRawPredictRequest;
import com.google.cloud.aiplatform.v1.ExplainRequest;
import com.google.cloud.aiplatform.v1.PredictRequest;
import com.google.cloud.aiplatform.v1.PredictResponse;
import com.google.cloud.aiplatform.v1.PredictionServiceGrpc;
import com.google.cloud.aiplatform.v1.PredictionServiceGrpc.PredictionServiceBlockingStub;
import com.google.cloud.aiplatform.v1.RawPredictRequest;
import com.google.cloud.aiplatform.v1.StreamDirectRawPredictRequest;
import com.google.cloud.aiplatform.v1.StreamDirectRawPredictResponse;
import com.google.cloud.aiplatform.v1.StreamRawPredictRequest;
import com.google.cloud.aiplatform.v1.StreamingPredictRequest;
import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.vertexj.emulator.EmulatedPlatform;
import io.github.vertexj.emulator.Endpoint;
import io.github.vertexj.emulator.EndpointProfile;
import io.github.vertexj.emulator.UploadedModel;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The published stubs against the emulated platform, with a container that answers as told. */
@Timeout(120)
class PredictionServiceTest {
  private static final Metadata.Key<String> ENDPOINT_ID =
      Metadata.Key.of("x-vertex-ai-endpoint-id", Metadata.ASCII_STRING_MARSHALLER);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> mediaTypes = new CopyOnWriteArrayList<>();
  private volatile Answering answering = reply(200, "{\"predictions\":[]}");
  private HttpServer container;
  private EmulatedPlatform platform;
  private ManagedChannel channel;

  private interface Answering {
    void to(HttpExchange exchange) throws IOException;
  }

  private static Answering reply(int status, String body) {
    return exchange -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    };
  }

  @BeforeEach
  void start() throws Exception {
    container = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    container.setExecutor(threads);
    container.createContext("/health", exchange -> reply(200, "").to(exchange));
    container.createContext("/predict", this::answer);
    container.start();
    platform = EmulatedPlatform.builder().manualProbeTime().start();
    channel =
        NettyChannelBuilder.forTarget(platform.grpcAddress())
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .build();
  }

  private void answer(HttpExchange exchange) throws IOException {
    mediaTypes.add(String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")));
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    answering.to(exchange);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    platform.close();
    container.stop(0);
    threads.shutdownNow();
  }

  private Endpoint deployed(EndpointProfile profile) {
    Endpoint endpoint = platform.newEndpoint(profile);
    endpoint.deploy(
        UploadedModel.servers(URI.create("http://127.0.0.1:" + container.getAddress().getPort()))
            .healthRoute("/health")
            .predictRoute("/predict")
            .name("digits", "7")
            .build());
    platform.advance(Duration.ZERO);
    return endpoint;
  }

  private PredictionServiceBlockingStub stub(Endpoint endpoint) {
    return PredictionServiceGrpc.newBlockingStub(channel).withInterceptors(header(endpoint.id()));
  }

  private static ClientInterceptor header(String endpointId) {
    Metadata headers = new Metadata();
    headers.put(ENDPOINT_ID, endpointId);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  private static Value number(double value) {
    return Value.newBuilder().setNumberValue(value).build();
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static PredictRequest request(Endpoint endpoint, Value... instances) {
    return PredictRequest.newBuilder()
        .setEndpoint(endpoint.name())
        .addAllInstances(List.of(instances))
        .build();
  }

  private static StatusRuntimeException refusal(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }

  @ParameterizedTest
  @CsvSource({"shared", "dedicated"})
  void C3_8_C3_9_valuesReachTheContainer_asThroughTheMessageOfHttp(String profile) {
    Endpoint endpoint = deployed(EndpointProfile.of(profile));
    Value object =
        Value.newBuilder()
            .setStructValue(Struct.newBuilder().putFields("a", number(1)).putFields("b", text("x")))
            .build();
    Value list =
        Value.newBuilder()
            .setListValue(
                ListValue.newBuilder()
                    .addValues(Value.newBuilder().setBoolValue(true))
                    .addValues(Value.newBuilder().setNullValue(NullValue.NULL_VALUE)))
            .build();
    stub(endpoint)
        .predict(
            request(endpoint, number(3), object, list).toBuilder()
                .setParameters(Value.getDefaultInstance())
                .build());
    assertThat(bodies)
        .containsExactly(
            "{\"instances\":[3.0,{\"b\":\"x\",\"a\":1.0},[true,null]],\"parameters\":null}");
    assertThat(mediaTypes).containsExactly("application/json");
  }

  @Test
  void C3_15_C3_16_response_hasPredictionsMetadataAndTheNames() {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    answering =
        reply(200, "{\"predictions\":[{\"digit\":1},[\"x\",null]],\"metadata\":2,\"dropped\":3}");
    PredictResponse response = stub(endpoint).predict(request(endpoint, number(1)));
    assertThat(
            response.getPredictions(0).getStructValue().getFieldsOrThrow("digit").getNumberValue())
        .isEqualTo(1.0);
    assertThat(response.getPredictions(1).getListValue().getValues(0)).isEqualTo(text("x"));
    assertThat(response.getPredictions(1).getListValue().getValues(1).hasNullValue()).isTrue();
    assertThat(response.getMetadata()).isEqualTo(number(2));
    assertThat(response.getModelDisplayName()).isEqualTo("digits");
    assertThat(response.getModelVersionId()).isEqualTo("7");
    assertThat(response.getDeployedModelId()).matches("[0-9]{19}");
    assertThat(response.getModel()).startsWith("projects/emulated/locations/");
  }

  @ParameterizedTest
  @CsvSource({
    "400,FAILED_PRECONDITION",
    "422,FAILED_PRECONDITION",
    "429,FAILED_PRECONDITION",
    "500,INTERNAL",
    "503,UNAVAILABLE",
    "504,DEADLINE_EXCEEDED"
  })
  void C3_30_C3_32_errorOfTheContainer_isAStatusWithItsBody(int status, Status.Code code) {
    for (EndpointProfile profile : List.of(EndpointProfile.SHARED, EndpointProfile.DEDICATED)) {
      Endpoint endpoint = deployed(profile);
      answering = reply(status, "{\"error\": \"x\"}\n");
      RawPredictRequest raw = RawPredictRequest.newBuilder().setEndpoint(endpoint.name()).build();
      for (StatusRuntimeException e :
          List.of(
              refusal(() -> stub(endpoint).predict(request(endpoint, number(1)))),
              refusal(() -> stub(endpoint).rawPredict(raw)))) {
        assertThat(e.getStatus().getCode()).isEqualTo(code);
        assertThat(e.getStatus().getDescription()).isEqualTo("{\"error\": \"x\"}\n");
      }
    }
  }

  @Test
  void C3_34_replyWithoutPredictions_isInternal() {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    answering = reply(200, "{\"predictions\":{}}");
    Status status = refusal(() -> stub(endpoint).predict(request(endpoint))).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription()).contains("predictions is missing");
  }

  @Test
  void C3_20_messageAboveTheLimit_isRefused_asManyBytesAsByHttp() {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    PredictRequest small = request(endpoint, text("x".repeat(1_499_000)));
    stub(endpoint).predict(small);
    Status status =
        refusal(() -> stub(endpoint).predict(request(endpoint, text("x".repeat(1_500_000)))))
            .getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains("1500000");
    Endpoint dedicated = deployed(EndpointProfile.DEDICATED);
    stub(dedicated).predict(request(dedicated, text("x".repeat(9_990_000))));
    assertThat(bodies).hasSize(2);
  }

  @Test
  void numberThatIsNone_andNameThatIsNone_areInvalidArguments() {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    assertThat(
            refusal(() -> stub(endpoint).predict(request(endpoint, number(Double.NaN))))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(
            refusal(() -> stub(endpoint).predict(PredictRequest.getDefaultInstance()))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    PredictRequest elsewhere =
        request(endpoint).toBuilder().setEndpoint(endpoint.name() + "1").build();
    assertThat(refusal(() -> stub(endpoint).predict(elsewhere)).getStatus().getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(bodies).isEmpty();
  }

  @Test
  void C3_44_dedicatedEndpoint_isFoundByItsHeader() {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    PredictionServiceBlockingStub without = PredictionServiceGrpc.newBlockingStub(channel);
    Status status = refusal(() -> without.predict(request(endpoint))).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).contains("x-vertex-ai-endpoint-id");
    Endpoint shared = deployed(EndpointProfile.SHARED);
    assertThat(without.predict(request(shared)).getModelDisplayName()).isEqualTo("digits");
  }

  @Test
  void C4_1_C4_3_rawPredict_passesBytesAndMediaType_andNamesTheModel() {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    answering = reply(200, "{ \"as\": \"it is\" }");
    AtomicReference<Metadata> headers = new AtomicReference<>();
    HttpBody reply =
        stub(endpoint)
            .withInterceptors(
                MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
            .rawPredict(
                RawPredictRequest.newBuilder()
                    .setEndpoint(endpoint.name())
                    .setHttpBody(body("image/jpeg", "bytes"))
                    .build());
    assertThat(bodies).containsExactly("bytes");
    assertThat(mediaTypes).containsExactly("image/jpeg");
    assertThat(reply.getData().toStringUtf8()).isEqualTo("{ \"as\": \"it is\" }");
    assertThat(reply.getContentType()).isEqualTo("application/json");
    assertThat(headers.get().get(ENDPOINT_ID)).isEqualTo(endpoint.id());
  }

  private static HttpBody body(String mediaType, String text) {
    return HttpBody.newBuilder()
        .setContentType(mediaType)
        .setData(ByteString.copyFromUtf8(text))
        .build();
  }

  private static StreamRawPredictRequest streamRequest(Endpoint endpoint) {
    return StreamRawPredictRequest.newBuilder()
        .setEndpoint(endpoint.name())
        .setHttpBody(body("application/json", "{\"stream\":true}"))
        .build();
  }

  @Test
  void C4_6_C4_7_stream_passesEachPieceAtOnce() {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    CountDownLatch firstSeen = new CountDownLatch(1);
    answering =
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          write(exchange, "data: 1\n\n");
          await(firstSeen);
          write(exchange, "data: [DONE]\n\n");
          exchange.close();
        };
    Iterator<HttpBody> pieces = stub(endpoint).streamRawPredict(streamRequest(endpoint));
    HttpBody first = pieces.next();
    assertThat(first.getContentType()).isEqualTo("text/event-stream");
    assertThat(first.getData().toStringUtf8()).isEqualTo("data: 1\n\n");
    firstSeen.countDown();
    StringBuilder rest = new StringBuilder();
    pieces.forEachRemaining(piece -> rest.append(piece.getData().toStringUtf8()));
    assertThat(rest).hasToString("data: [DONE]\n\n");
  }

  @Test
  void stream_thatBreaksOff_endsWithAnError_afterWhatCame() {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    answering =
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          write(exchange, "data: 1\n\n");
          exchange.close();
        };
    Iterator<HttpBody> pieces = stub(endpoint).streamRawPredict(streamRequest(endpoint));
    assertThat(pieces.next().getData().toStringUtf8()).isEqualTo("data: 1\n\n");
    assertThat(refusal(pieces::hasNext).getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void stream_thatBeginsWithAnError_isAStatus_andNeedsADedicatedEndpoint() {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    answering = reply(422, "no");
    Status status =
        refusal(() -> stub(endpoint).streamRawPredict(streamRequest(endpoint)).hasNext())
            .getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).isEqualTo("no");
    Endpoint shared = deployed(EndpointProfile.SHARED);
    assertThat(
            refusal(() -> stub(shared).streamRawPredict(streamRequest(shared)).hasNext())
                .getStatus()
                .getDescription())
        .contains("dedicated");
  }

  @Test
  void callerWhoLeaves_endsTheStreamOfTheContainer() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    CompletableFuture<IOException> broken = new CompletableFuture<>();
    answering =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try {
            while (true) {
              write(exchange, "data: x\n\n".repeat(1000));
            }
          } catch (IOException e) {
            broken.complete(e);
          }
        };
    io.grpc.Context.CancellableContext leaving = io.grpc.Context.current().withCancellation();
    leaving.run(() -> stub(endpoint).streamRawPredict(streamRequest(endpoint)).next());
    leaving.cancel(null);
    assertThat(broken.get(1, TimeUnit.MINUTES)).isNotNull();
  }

  @Test
  void deadlineOfTheCaller_endsTheCallToTheContainer() {
    Endpoint endpoint = deployed(EndpointProfile.SHARED);
    CountDownLatch over = new CountDownLatch(1);
    answering = exchange -> await(over);
    PredictionServiceBlockingStub hasty =
        stub(endpoint).withDeadlineAfter(200, TimeUnit.MILLISECONDS);
    assertThat(refusal(() -> hasty.predict(request(endpoint))).getStatus().getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    over.countDown();
  }

  @Test
  void C3_35_silentContainer_isADeadlineExceeded() {
    Endpoint endpoint =
        deployed(EndpointProfile.DEDICATED.withInferenceTimeout(Duration.ofMillis(100)));
    CountDownLatch over = new CountDownLatch(1);
    answering = exchange -> await(over);
    assertThat(refusal(() -> stub(endpoint).predict(request(endpoint))).getStatus().getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    over.countDown();
  }

  @Test
  void methodsThatACustomContainerHasNot_sayWhy() {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    String name = endpoint.name();
    PredictionServiceBlockingStub stub = stub(endpoint);
    Status explain =
        refusal(() -> stub.explain(ExplainRequest.newBuilder().setEndpoint(name).build()))
            .getStatus();
    assertThat(explain.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    List<Runnable> calls =
        List.of(
            () -> stub.directPredict(DirectPredictRequest.newBuilder().setEndpoint(name).build()),
            () ->
                stub.directRawPredict(
                    DirectRawPredictRequest.newBuilder().setEndpoint(name).build()),
            () ->
                stub.serverStreamingPredict(
                        StreamingPredictRequest.newBuilder().setEndpoint(name).build())
                    .hasNext());
    assertThat(calls)
        .allSatisfy(
            call -> {
              Status status = refusal(call).getStatus();
              assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
              assertThat(status.getDescription()).containsAnyOf("grpcPorts", "streamRawPredict");
            });
  }

  @Test
  void C4_11_streamOfRequests_isRefusedAtItsFirst() throws Exception {
    Endpoint endpoint = deployed(EndpointProfile.DEDICATED);
    CompletableFuture<Throwable> error = new CompletableFuture<>();
    StreamObserver<StreamDirectRawPredictRequest> requests =
        PredictionServiceGrpc.newStub(channel)
            .withInterceptors(header(endpoint.id()))
            .streamDirectRawPredict(
                new StreamObserver<StreamDirectRawPredictResponse>() {
                  @Override
                  public void onNext(StreamDirectRawPredictResponse response) {}

                  @Override
                  public void onError(Throwable failure) {
                    error.complete(failure);
                  }

                  @Override
                  public void onCompleted() {
                    error.complete(null);
                  }
                });
    requests.onNext(
        StreamDirectRawPredictRequest.newBuilder().setEndpoint(endpoint.name()).build());
    assertThat(Status.fromThrowable(error.get(1, TimeUnit.MINUTES)).getCode())
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
  }

  private static void write(HttpExchange exchange, String text) throws IOException {
    exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
