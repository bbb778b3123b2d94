package io.github.vertexj.undertow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.env.Environment;
import io.github.vertexj.env.Routes;
import io.github.vertexj.undertow.RawClient.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The adapter on a real server. Its predictor answers each text with the text's length; {@code
 * "hold"} waits until it is let go, and {@code "long"} gives a long prediction.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class PredictionHttpHandlerTest {
  private static final int MAX_BODY = 11 * 1024 * 1024;
  private static final int LONG_PREDICTION = 8 * 1024 * 1024;
  private static final String ROUTE = "/v1/endpoints/e/deployedModels/7:predict";
  private static final String HELLO = "{\"instances\":[\"hello\"]}";
  private static final String FIVE = "{\"predictions\":[\"5\"]}";

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final Semaphore letGo = new Semaphore(0);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ModelServer server;

  @BeforeAll
  void start() {
    server =
        ModelServer.builder(PredictorProvider.of(String.class, this::predict))
            .environment(Environment.of(Map.of()))
            .handler(handler -> handler.routes(Routes.of("/health", ROUTE)).maxBodyBytes(MAX_BODY))
            .batchPolicy(BatchPolicy.DEFAULT.maxBatchSize(1))
            .port(0)
            .workerThreads(2)
            .build()
            .start()
            .awaitReady();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private List<String> predict(List<String> texts, Parameters parameters)
      throws InterruptedException {
    List<String> predictions = new ArrayList<>();
    for (String text : texts) {
      seen.add(text);
      if (text.startsWith("hold")) {
        letGo.acquire();
      }
      predictions.add(
          text.equals("long") ? "x".repeat(LONG_PREDICTION) : Integer.toString(text.length()));
    }
    return predictions;
  }

  private RawClient connect() throws IOException {
    return new RawClient(server.port());
  }

  private HttpResponse<String> post(BodyPublisher body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri().resolve(ROUTE))
            .header("Content-Type", "application/json")
            .POST(body)
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static String instance(int length) {
    return "{\"instances\":[\"" + "x".repeat(length) + "\"]}";
  }

  @Test
  void prediction_isJsonWithoutBanner() throws Exception {
    HttpResponse<String> response = post(BodyPublishers.ofString(HELLO));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(FIVE);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.headers().firstValue("Server")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16_000, 100_000, 3_000_000, 10 * 1024 * 1024})
  void C3_23_bodiesOfAnySize_comeThrough(int length) throws Exception {
    String expected = "{\"predictions\":[\"" + length + "\"]}";
    String body = instance(length);
    assertThat(post(BodyPublishers.ofString(body)).body()).isEqualTo(expected);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
    assertThat(post(chunked).body()).isEqualTo(expected); // C3.13
  }

  @Test
  void bodyInPieces_isWaitedFor() throws Exception {
    try (RawClient slow = connect()) {
      String request = RawClient.post(ROUTE, HELLO);
      for (int i = 0; i < request.length(); i++) {
        slow.send(request.substring(i, i + 1));
        if (i % 16 == 0) { // by the answer to another, the server has seen what was sent before
          post(BodyPublishers.ofString(HELLO));
        }
      }
      assertThat(slow.read().body()).isEqualTo(FIVE);
    }
  }

  @Test
  void longReply_toAClientThatReadsLate_comesThrough() throws Exception {
    try (RawClient late = connect()) {
      late.send(RawClient.post(ROUTE, "{\"instances\":[\"long\"]}"));
      post(BodyPublishers.ofString(HELLO));
      assertThat(late.read().body()).hasSizeGreaterThan(LONG_PREDICTION);
      assertThat(late.send(RawClient.post(ROUTE, HELLO)).read().body()).isEqualTo(FIVE);
    }
  }

  @Test
  void C1_31_health_isAnswered_byHeadToo() throws Exception {
    try (RawClient raw = connect()) {
      Answer get = raw.send(RawClient.get("/health")).read();
      assertThat(get.status()).isEqualTo(200);
      assertThat(get.body()).contains("ready");
      Answer head = raw.send("HEAD /health HTTP/1.1\r\nHost: h\r\n\r\n").readHead();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers()).containsEntry("content-length", "" + get.body().length());
      assertThat(raw.send(RawClient.get("/health")).read()).isEqualTo(get);
    }
  }

  @Test
  void C1_37_health_doesNotQueueBehindPredictions() throws Exception {
    seen.clear();
    try (RawClient first = connect();
        RawClient second = connect();
        RawClient third = connect();
        RawClient probe = connect()) {
      first.send(RawClient.post(ROUTE, "{\"instances\":[\"hold 1\"]}"));
      assertThat(seen.take()).isEqualTo("hold 1"); // one of two workers is taken, ...
      second.send(RawClient.post(ROUTE, HELLO));
      third.send(RawClient.post(ROUTE, HELLO));
      assertThat(probe.send(RawClient.get("/health")).read().status()).isEqualTo(200);
      letGo.release();
      assertThat(first.read().body()).isEqualTo("{\"predictions\":[\"6\"]}");
      assertThat(second.read().body()).isEqualTo(FIVE);
      assertThat(third.read().body()).isEqualTo(FIVE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not JSON",
        "",
        "{}",
        "[]",
        "{\"instances\":3}",
        "{\"instances\":[\"a\"",
        "\u0000",
      })
  void badBody_getsAnErrorObject_andTheConnectionLivesOn(String body) throws Exception {
    try (RawClient raw = connect()) {
      Answer answer = raw.send(RawClient.post(ROUTE, body)).read();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).startsWith("{\"error\":\"").endsWith("\"}");
      assertThat(raw.send(RawClient.post(ROUTE, HELLO)).read().body()).isEqualTo(FIVE);
    }
  }

  @Test
  void noBodyAtAll_isABadRequest() throws Exception {
    try (RawClient raw = connect()) {
      assertThat(raw.send("POST " + ROUTE + " HTTP/1.1\r\nHost: h\r\n\r\n").read().status())
          .isEqualTo(400);
      assertThat(raw.send(RawClient.post(ROUTE, HELLO)).read().body()).isEqualTo(FIVE);
    }
  }

  @Test
  void C2_25_unknownPathAndWrongMethod_skipTheBody_andTheConnectionLivesOn() throws Exception {
    try (RawClient raw = connect()) {
      Answer unknown = raw.send(RawClient.post("/predict", instance(200_000))).read();
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(unknown.body()).startsWith("{\"error\":");
      Answer method = raw.send(RawClient.post("/health", HELLO)).read();
      assertThat(method.status()).isEqualTo(405);
      assertThat(method.headers()).containsEntry("allow", "GET, HEAD");
      Answer options = raw.send("OPTIONS " + ROUTE + " HTTP/1.1\r\nHost: h\r\n\r\n").read();
      assertThat(options.status()).isEqualTo(405);
      assertThat(options.headers()).containsEntry("allow", "POST");
      assertThat(raw.send(RawClient.post(ROUTE, HELLO)).read().body()).isEqualTo(FIVE);
    }
  }

  @Test
  void C2_27_routeIsTheLiteralPath_escapedOrNot_withAQueryOrAHost() throws Exception {
    try (RawClient raw = connect()) {
      for (String target :
          List.of(ROUTE.replace(":", "%3A"), ROUTE + "?alt=json", "http://host:1" + ROUTE)) {
        assertThat(raw.send(RawClient.post(target, HELLO)).read().body()).isEqualTo(FIVE);
      }
      assertThat(raw.send(RawClient.post(ROUTE + ";v=1", HELLO)).read().status()).isEqualTo(404);
    }
  }

  @Test
  void tooLargeBody_announced_isRefusedUnread_andTheConnectionClosed() throws Exception {
    try (RawClient raw = connect()) {
      Answer answer =
          raw.send("POST " + ROUTE + " HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n")
              .read();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).startsWith("{\"error\":").contains("" + MAX_BODY);
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(raw.closedByServer()).isTrue();
    }
  }

  @Test
  void tooLargeBody_sentToTheEnd_stillGetsItsReply() throws Exception {
    try (RawClient raw = connect()) {
      Answer answer = raw.send(RawClient.post(ROUTE, instance(2 * MAX_BODY))).read();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(raw.closedByServer()).isTrue();
    }
  }

  @Test
  void tooLargeBody_chunked_isRefusedWhereTheCapIsReached() throws Exception {
    try (RawClient raw = connect()) {
      String chunk = "100000\r\n" + " ".repeat(0x100000) + "\r\n";
      raw.send("POST " + ROUTE + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int sent = 0; sent <= MAX_BODY; sent += 0x100000) {
        raw.send(chunk);
      }
      assertThat(raw.read().status()).isEqualTo(413); // although the last chunk never comes
      assertThat(raw.closedByServer()).isTrue();
    }
  }

  @Test
  void expectation_isMetOnlyForABodyThatIsTaken() throws Exception {
    String head = "POST " + ROUTE + " HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n";
    try (RawClient raw = connect()) {
      raw.send(head + "Content-Length: " + HELLO.length() + "\r\n\r\n");
      assertThat(raw.readHead().status()).isEqualTo(100);
      assertThat(raw.send(HELLO).read().body()).isEqualTo(FIVE);
      raw.send(head + "Content-Length: 99999999\r\n\r\n");
      assertThat(raw.read().status()).isEqualTo(413);
    }
  }

  @Test
  void pipelinedRequests_areAnsweredInOrder() throws Exception {
    seen.clear();
    try (RawClient raw = connect()) {
      String two = RawClient.post(ROUTE, HELLO) + RawClient.post(ROUTE, "{\"instances\":[\"a\"]}");
      raw.send(two + RawClient.get("/health"));
      assertThat(raw.read().body()).isEqualTo(FIVE);
      assertThat(raw.read().body()).isEqualTo("{\"predictions\":[\"1\"]}");
      assertThat(raw.read().body()).contains("ready");
      assertThat(raw.send(RawClient.post(ROUTE, HELLO)).read().body()).isEqualTo(FIVE);
    }
  }

  @Test
  void requestSentBeforeTheReplyToTheLast_isKeptForLater() throws Exception {
    seen.clear();
    try (RawClient raw = connect()) {
      raw.send(RawClient.post(ROUTE, "{\"instances\":[\"hold\"]}"));
      assertThat(seen.take()).isEqualTo("hold");
      raw.send(RawClient.post(ROUTE, HELLO)); // the watch on the connection reads it
      assertThat(post(BodyPublishers.ofString("{}")).statusCode()).isEqualTo(400);
      letGo.release();
      assertThat(raw.read().body()).isEqualTo("{\"predictions\":[\"4\"]}");
      assertThat(raw.read().body()).isEqualTo(FIVE);
      assertThat(raw.send(RawClient.post(ROUTE, HELLO)).read().body()).isEqualTo(FIVE);
    }
  }

  @Test
  void C3_22_predictionOfAClientThatHasGone_isNotMade() throws Exception {
    seen.clear();
    try (RawClient first = connect();
        RawClient second = connect()) {
      first.send(RawClient.post(ROUTE, "{\"instances\":[\"hold\"]}"));
      assertThat(seen.take()).isEqualTo("hold");
      second.send(RawClient.post(ROUTE, "{\"instances\":[\"of one who has gone\"]}"));
      second.sendNoMore();
      assertThat(second.closedByServer()).isTrue(); // so the server has noticed
      letGo.release();
      assertThat(first.read().status()).isEqualTo(200);
      assertThat(post(BodyPublishers.ofString(HELLO)).body()).isEqualTo(FIVE);
      assertThat(seen).containsExactly("hello");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "99999999999999999999",
        "18446744073709551617",
        "1000000000000000000000000"
      })
  void lengthBeyondAnyNumber_isRefusedAndTheConnectionClosed(String length) throws Exception {
    try (RawClient raw = connect()) {
      raw.send("POST " + ROUTE + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n{");
      RawClient.Answer refusal = raw.read();
      assertThat(refusal.status()).isIn(400, 413); // 400 by Undertow itself, which has no body
      raw.sendNoMore();
      assertThat(raw.closedByServer()).isTrue();
    }
    assertThat(post(BodyPublishers.ofString(HELLO)).body()).isEqualTo(FIVE);
  }

  @Test
  void bodyThatBreaksOff_isForgotten() throws Exception {
    seen.clear();
    try (RawClient raw = connect()) {
      raw.send(RawClient.post(ROUTE, HELLO).substring(0, 120)).sendNoMore();
      RawClient.Answer refusal = raw.read();
      assertThat(refusal.status()).isEqualTo(400);
      assertThat(refusal.body()).startsWith("{\"error\":\"the body breaks off");
      assertThat(raw.closedByServer()).isTrue();
    }
    assertThat(post(BodyPublishers.ofString(HELLO)).body()).isEqualTo(FIVE);
    assertThat(seen).containsExactly("hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GARBAGE\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      })
  void malformedHead_isRefused_andTheConnectionClosed(String head) throws Exception {
    try (RawClient raw = connect()) {
      assertThat(raw.send(head).readHead().status()).isEqualTo(400);
      assertThat(raw.closedByServer()).isTrue();
    }
  }

  @Test
  void malformedChunk_closesTheConnection() throws Exception {
    try (RawClient raw = connect()) {
      String head = "POST " + ROUTE + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
      raw.send(head + "FFFFFFFFFFFFFFFFFFFF\r\n");
      assertThat(raw.closedByServer()).isTrue();
    }
    assertThat(post(BodyPublishers.ofString(HELLO)).body()).isEqualTo(FIVE);
  }
}
