package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.vertexj.Handlers;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OverloadedException;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.StartException;
import io.github.vertexj.serving.PredictionHandler;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Requests that are no envelopes: other media types, other routes. */
abstract class RawContract extends ServerContract {
  private static final String ENVELOPE = "{\"instances\": [1]}";

  RawContract(AdapterContract adapter) {
    super(adapter);
  }

  private static PredictorProvider<JsonNode, JsonNode> with(
      Consumer<Handlers<JsonNode, JsonNode>> handlers) {
    return new EchoProvider().with(handlers);
  }

  /** Answers with the body in reverse, and with what the request was. */
  private static void reversing(Handlers<JsonNode, JsonNode> handlers) {
    handlers.onMediaType(
        "application/octet-stream",
        (request, predictor) -> {
          byte[] reversed = new byte[request.body().remaining()];
          for (int i = 0; i < reversed.length; i++) {
            reversed[i] = request.body().get(reversed.length - 1 - i);
          }
          return RawReply.of("application/x-reversed", reversed)
              .withStatus(201)
              .withHeader("X-Kind", String.valueOf(request.header("x-kind")));
        });
  }

  @Test
  void required_C4_1_a_media_type_has_a_handler_of_bytes_status_and_headers() throws Exception {
    RawConnection connection = connect(ready(with(RawContract::reversing)));
    byte[] post =
        Wire.post(
            "/predict",
            Wire.bytes("abc"),
            "Content-Type: Application/Octet-Stream; v=1",
            "X-Kind: raw");
    Answer answer = connection.send(post).answer().expect(201);
    assertThat(answer.body()).isEqualTo("cba");
    assertThat(answer.header("content-type")).isEqualTo("application/x-reversed");
    assertThat(answer.header("x-kind")).isEqualTo("raw");
    connection.send(Wire.chunkedHead("/predict", "Content-Type: application/octet-stream"));
    connection.sendChunks(Wire.bytes("0123456789"), 3);
    assertThat(connection.answer().expect(201).body()).isEqualTo("9876543210");
    connection.send(Wire.post("/predict", new byte[0], "Content-Type: application/octet-stream"));
    assertThat(connection.answer().expect(201).bodyBytes()).isZero();
  }

  @Test
  void required_C4_4_an_envelope_is_one_beside_raw_handlers() throws Exception {
    RawConnection connection = connect(ready(with(handlers -> anything(handlers))));
    assertThat(connection.send(Wire.post("/predict", ENVELOPE)).answer().predictions())
        .hasToString("[1]");
    byte[] untyped = Wire.post("/predict", Wire.bytes(ENVELOPE), "Content-Type:");
    assertThat(connection.send(untyped).answer().predictions()).hasToString("[1]");
    byte[] image = Wire.post("/predict", Wire.bytes(ENVELOPE), "Content-Type: image/png");
    assertThat(connection.send(image).answer().expect(200).body()).isEqualTo("image/png");
    byte[] text = Wire.post("/predict", Wire.bytes(ENVELOPE), "Content-Type: text/plain");
    assertThat(connection.send(text).answer().expect(200).body()).isEqualTo("anything");
  }

  private static void anything(Handlers<JsonNode, JsonNode> handlers) {
    handlers
        .onMediaType("image/*", (request, predictor) -> RawReply.text(request.mediaType()))
        .onMediaType("*/*", (request, predictor) -> RawReply.text("anything"));
  }

  @Test
  void required_C3_40_a_media_type_without_a_handler_is_415_that_lists_those_with_one()
      throws Exception {
    RawConnection connection = connect(ready(with(RawContract::reversing)));
    connection.send(Wire.post("/predict", Wire.bytes("x"), "Content-Type: image/png"));
    assertThat(connection.answer().error(415))
        .contains("application/json", "application/octet-stream");
    assertThat(connection.send(Wire.post("/predict", ENVELOPE)).answer().predictions())
        .hasToString("[1]");
  }

  @Test
  void required_a_handler_asks_the_model_and_its_failures_are_the_callers() throws Exception {
    RawConnection connection =
        connect(
            ready(
                with(
                    handlers ->
                        handlers.onMediaType(
                            "text/plain",
                            (request, predictor) ->
                                switch (request.text()) {
                                  case "bad" -> throw new InvalidInputException("a bad word");
                                  case "full" -> throw new OverloadedException("no room for it");
                                  case "bug" -> throw new IllegalStateException(Wire.MARKER);
                                  default ->
                                      RawReply.json(
                                          predictor.predict(TextNode.valueOf(request.text())));
                                }))));
    assertThat(text(connection, "hello").expect(200).json()).hasToString("\"hello\"");
    assertThat(text(connection, "bad").error(400)).isEqualTo("a bad word");
    assertThat(text(connection, "full").error(429)).isEqualTo("no room for it");
    text(connection, "bug").error(500);
    assertThat(text(connection, "hello").expect(200).json()).hasToString("\"hello\"");
  }

  private static Answer text(RawConnection connection, String text) throws Exception {
    return connection
        .send(Wire.post("/predict", Wire.bytes(text), "Content-Type: text/plain"))
        .answer();
  }

  @Test
  void required_C8_11_handlers_beyond_their_bound_are_429_and_others_go_on() throws Exception {
    Gate gate = newGate();
    ServedHandler served = ready(slow(gate).handlerThreads(1));
    RawConnection running = connect(served).send(Wire.request("GET", "/slow"));
    gate.awaitArrivals(1);
    RawConnection[] others = {connect(served), connect(served), connect(served)};
    for (RawConnection other : others) {
      other.send(Wire.request("GET", "/slow"));
    }
    RawConnection rejected = firstAnswered(others);
    assertThat(rejected.answer().header("retry-after")).isNotNull();
    served.health().expect(200);
    assertThat(served.predict(ENVELOPE).predictions()).hasToString("[1]");
    gate.open();
    assertThat(running.answer().expect(200).body()).isEqualTo("done");
  }

  /** Answers {@code GET /slow} once a gate is open. */
  private static PredictionHandler.Builder slow(Gate gate) {
    return PredictionHandler.builder(
        with(
            handlers ->
                handlers.onRoute(
                    "GET",
                    "/slow",
                    (request, predictor) -> {
                      gate.pass();
                      return RawReply.text("done");
                    })));
  }

  @Test
  void required_C3_35_a_handler_that_is_not_done_in_time_is_504() throws Exception {
    Gate gate = newGate();
    ServedHandler served = ready(slow(gate).requestTimeout(Duration.ofMillis(200)));
    RawConnection connection = connect(served);
    connection.send(Wire.request("GET", "/slow")).answer().error(504);
    gate.open();
    connection.send(Wire.request("GET", "/health")).answer().expect(200);
  }

  @Test
  void required_C4_16_routes_have_handlers_by_method() throws Exception {
    RawConnection connection =
        connect(
            ready(
                with(
                    handlers ->
                        handlers
                            .onRoute(
                                "GET",
                                "/v1/about:me",
                                (request, predictor) -> RawReply.text("about " + request.query()))
                            .onRoute(
                                "POST",
                                "/foo/bar",
                                (request, predictor) -> RawReply.text(request.text())))));
    get(connection, "/v1/about:me", "about null");
    get(connection, "/v1/about%3Ame?a=b%20c&d", "about a=b%20c&d");
    Answer echo = connection.send(Wire.post("/foo/bar", "anything")).answer().expect(200);
    assertThat(echo.body()).isEqualTo("anything");
    Answer refused = connection.send(Wire.request("GET", "/foo/bar")).answer();
    refused.error(405);
    assertThat(refused.header("allow")).isEqualTo("POST");
    connection.send(Wire.request("GET", "/foo/bar/")).answer();
    assertThat(connection.send(Wire.request("GET", "/nowhere")).answer().error(404))
        .contains("/health", "/predict", "POST /foo/bar");
    assertThat(connection.send(Wire.post("/predict", ENVELOPE)).answer().predictions())
        .hasToString("[1]");
  }

  private static void get(RawConnection connection, String path, String body) throws Exception {
    Answer answer = connection.send(Wire.request("GET", path)).answer().expect(200);
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void required_C4_18_a_path_without_handler_may_have_one_for_all_of_them() throws Exception {
    RawConnection connection =
        connect(
            ready(
                with(
                    handlers ->
                        handlers.otherwise(
                            (request, predictor) ->
                                RawReply.error(404, request.path() + " is nowhere")))));
    assertThat(connection.send(Wire.request("GET", "/no/where?x=1")).answer().error(404))
        .isEqualTo("/no/where is nowhere");
    connection.send(Wire.request("GET", "/health")).answer().expect(200);
  }

  @Test
  void required_a_route_that_collides_stops_the_start() {
    assertThatThrownBy(() -> serve(at("GET", "/health")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("/health");
    assertThatThrownBy(() -> serve(at("GET", "/%70redict")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("/predict");
    assertThatThrownBy(() -> serve(at("GET", "no-slash"))).isInstanceOf(StartException.class);
  }

  private static PredictionHandler.Builder at(String method, String path) {
    return PredictionHandler.builder(
        with(
            handlers ->
                handlers.onRoute(method, path, (request, predictor) -> RawReply.text("never"))));
  }

  @Test
  void required_a_route_is_503_until_the_model_is_ready() throws Exception {
    ServedHandler served =
        serve(
            PredictionHandler.builder(
                with(
                    handlers ->
                        handlers.onRoute(
                            "GET", "/me", (request, predictor) -> RawReply.text("me")))));
    RawConnection connection = connect(served);
    connection.send(Wire.request("GET", "/me")).answer().error(503);
    ServedHandler.await(served.handler().start());
    get(connect(served), "/me", "me");
  }

  @Test
  void required_health_may_be_asked_for_by_post() throws Exception {
    ServedHandler served = ready(PredictionHandler.builder(new EchoProvider()).healthByPost());
    RawConnection connection = connect(served);
    connection.send(Wire.post("/health", "")).answer().expect(200);
    connection.send(Wire.post("/health", "{\"any\": \"thing\"}")).answer().expect(200);
    connection.send(Wire.request("GET", "/health")).answer().expect(200);
    Answer refused = connection.send(Wire.request("PUT", "/health")).answer();
    refused.error(405);
    assertThat(refused.header("allow")).isEqualTo("GET, HEAD, POST");
  }
}
