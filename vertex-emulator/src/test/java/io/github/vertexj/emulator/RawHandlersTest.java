package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.ClientGoneException;
import io.github.vertexj.Handlers;
import io.github.vertexj.RawReply;
import io.github.vertexj.RawRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A model server's raw handlers, called through the platform. */
class RawHandlersTest {
  private static final int PATIENCE_SECONDS = 30;
  private static final byte[] PIECE = new byte[64 * 1024];

  private final CompletableFuture<Void> gate = new CompletableFuture<>();
  private EmulatedPlatform platform;

  @BeforeEach
  void start() {
    platform = EmulatedPlatform.builder().probeTimeScale(0.01).start();
  }

  @AfterEach
  void stop() {
    gate.complete(null);
    platform.close();
  }

  private Endpoint deployed(Consumer<Handlers<JsonNode, JsonNode>> handlers) {
    return deployed(model(handlers).build());
  }

  private Endpoint deployed(UploadedModel model) {
    Endpoint endpoint = platform.newEndpoint(EndpointProfile.DEDICATED);
    endpoint.deploy(model);
    return endpoint;
  }

  private static UploadedModel.Builder model(Consumer<Handlers<JsonNode, JsonNode>> handlers) {
    return UploadedModel.provider(() -> new EmulatedEndpointTest.Echo().with(handlers));
  }

  private static HttpResponse<InputStream> open(URI uri, String body) throws Exception {
    return send(uri, body, HttpResponse.BodyHandlers.ofInputStream());
  }

  private static <T> HttpResponse<T> send(URI uri, String body, HttpResponse.BodyHandler<T> handler)
      throws Exception {
    return PlatformTest.CLIENT.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        handler);
  }

  private static String read(InputStream in, int bytes) throws IOException {
    return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
  }

  @Test
  void C4_1_C4_5_rawPredict_reachesTheHandlerOfItsMediaType() throws Exception {
    Endpoint endpoint =
        deployed(
            handlers ->
                handlers.onMediaType(
                    "image/*",
                    (request, predictor) ->
                        RawReply.of("image/x-same", request.bytes())
                            .withStatus(201)
                            .withHeader("X-Type", request.mediaType())));
    HttpResponse<String> response =
        PlatformTest.post(endpoint.uri(":rawPredict"), "pixels", "Content-Type", "image/png");
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("pixels");
    assertThat(response.headers().firstValue("Content-Type")).contains("image/x-same");
    assertThat(response.headers().firstValue("X-Type")).contains("image/png");
    HttpResponse<String> other =
        PlatformTest.post(endpoint.uri(":rawPredict"), "x", "Content-Type", "audio/wav");
    assertThat(other.statusCode()).isEqualTo(415);
  }

  @Test
  void C4_4_rawPredict_ofAnEnvelopePredicts() throws Exception {
    Endpoint endpoint = deployed(handlers -> handlers.onMediaType("text/plain", this::spell));
    HttpResponse<String> response =
        PlatformTest.post(
            endpoint.uri(":rawPredict"),
            "{\"instances\": [7]}",
            "Content-Type",
            "application/json");
    assertThat(response.body()).isEqualTo("{\"predictions\":[7]}");
  }

  /**
   * Streams the characters of a text, each after the model has seen it; the gate is at {@code |}.
   */
  private RawReply spell(RawRequest request, BatchedPredictor<JsonNode, JsonNode> predictor) {
    String text = request.text();
    return RawReply.events(
        out -> {
          for (String character : text.split("")) {
            if (character.equals("|")) {
              gate.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } else {
              out.event(predictor.predict(TextNode.valueOf(character)).textValue());
            }
          }
        });
  }

  @Test
  void C4_6_C4_7_streamRawPredict_passesEventsAsTheyCome() throws Exception {
    Endpoint endpoint = deployed(handlers -> handlers.onMediaType("text/plain", this::spell));
    HttpResponse<InputStream> response = open(endpoint.uri(":streamRawPredict"), "a|bc");
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
    try (InputStream in = response.body()) {
      assertThat(read(in, 9)).isEqualTo("data: a\n\n");
      gate.complete(null);
      assertThat(read(in, 100)).isEqualTo("data: b\n\ndata: c\n\n");
    }
  }

  @Test
  void stream_thatFails_endsWithItsErrorAndBreaks() throws Exception {
    Endpoint endpoint = deployed(handlers -> handlers.onMediaType("text/plain", this::fail));
    // Not as a stream: the JDK's drops what arrived, and nobody has read yet, on a broken
    // connection.
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    assertThatThrownBy(
            () ->
                send(
                    endpoint.uri(":streamRawPredict"),
                    "x",
                    HttpResponse.BodyHandlers.ofByteArrayConsumer(
                        piece -> piece.ifPresent(arrived::writeBytes))))
        .isInstanceOf(IOException.class);
    assertThat(arrived.toString(StandardCharsets.UTF_8))
        .startsWith("data: one\n\nevent: error\ndata: {\"error\":");
  }

  private RawReply fail(RawRequest request, BatchedPredictor<JsonNode, JsonNode> predictor) {
    return RawReply.events(
        out -> {
          out.event("one");
          throw new IllegalStateException("a bug");
        });
  }

  @Test
  void C3_22_callerThatLeaves_stopsTheWriter() throws Exception {
    CompletableFuture<Throwable> stopped = new CompletableFuture<>();
    RawReply endless =
        RawReply.stream(
            "text/plain",
            out -> {
              try {
                while (!stopped.isDone()) {
                  out.write(PIECE);
                }
              } catch (ClientGoneException gone) {
                stopped.complete(gone);
                throw gone;
              }
            });
    Endpoint endpoint =
        deployed(handlers -> handlers.onMediaType("text/plain", (request, predictor) -> endless));
    HttpResponse<InputStream> response = open(endpoint.uri(":streamRawPredict"), "x");
    try (InputStream in = response.body()) {
      assertThat(in.readNBytes(PIECE.length)).hasSize(PIECE.length);
    }
    assertThat(stopped.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(ClientGoneException.class);
  }

  @Test
  void C4_23_chatCompletions_reachTheHandlerOfTheFormat() throws Exception {
    Endpoint endpoint = deployed(handlers -> handlers.onFormat("chatCompletions", this::chat));
    URI uri = URI.create(endpoint.uri("/chat/completions").toString().replace("/v1/", "/v1beta1/"));
    assertThat(PlatformTest.post(uri, "{\"messages\":[\"hi\"]}").body())
        .isEqualTo("{\"echo\":\"hi\"}");
    HttpResponse<InputStream> response = open(uri, "{\"stream\":true,\"messages\":[\"hi\"]}");
    try (InputStream in = response.body()) {
      assertThat(read(in, 10)).isEqualTo("data: hi\n\n");
      gate.complete(null);
      assertThat(read(in, 100)).isEqualTo("data: [DONE]\n\n");
    }
  }

  private RawReply chat(RawRequest request, BatchedPredictor<JsonNode, JsonNode> predictor) {
    String message = request.json().at("/messages/0").textValue();
    return request.json().path("stream").asBoolean()
        ? RawReply.events(
            out -> {
              out.event(message);
              gate.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
              out.event("[DONE]");
            })
        : RawReply.json(java.util.Map.of("echo", message));
  }

  @Test
  void C4_16_C4_17_invoke_reachesRoutesByTheirMethods() throws Exception {
    Endpoint endpoint =
        deployed(
            model(
                    handlers ->
                        handlers
                            .onRoute("GET", "/about", (r, p) -> RawReply.text("about " + r.query()))
                            .onRoute("POST", "/v1/spell", this::spell))
                .healthRoute("/healthy")
                .invokeRoutes()
                .build());
    gate.complete(null);
    assertThat(PlatformTest.get(endpoint.uri("/invoke/about?a=%20")).body())
        .isEqualTo("about a=%20");
    assertThat(PlatformTest.post(endpoint.uri("/invoke/v1/spell"), "ab").body())
        .isEqualTo("data: a\n\ndata: b\n\n");
    assertThat(PlatformTest.get(endpoint.uri("/invoke/v1/spell")).statusCode()).isEqualTo(405);
    assertThat(PlatformTest.get(endpoint.uri("/invoke/healthy")).statusCode()).isEqualTo(200);
  }
}
