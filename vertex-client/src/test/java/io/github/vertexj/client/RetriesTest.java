package io.github.vertexj.client;

import static io.github.vertexj.client.FakeServer.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent again and what is not, against a server whose answers are scripted. */
final class RetriesTest {
  private static final FakeServer.Answer GOOD = of(200, "{\"predictions\":[\"good\"]}");
  private static final List<String> ONE = List.of("x");

  private static Endpoint<String, String> endpoint(FakeServer server) {
    return Endpoints.at(server.url()).as(String.class, String.class);
  }

  private static EndpointException failure(Endpoint<String, String> endpoint) {
    return catchThrowableOfType(EndpointException.class, () -> endpoint.predict(ONE));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void busyOrNotReady_isSentAgain(int status) throws Exception {
    try (FakeServer server =
        new FakeServer(of(status, ""), of(status, "", "Retry-After", "0"), GOOD)) {
      assertThat(endpoint(server).predict(ONE)).containsExactly("good");
      assertThat(server.requests).hasSize(3);
    }
  }

  @Test
  void C3_36_busyForLong_isTheLastAnswer() throws Exception {
    try (FakeServer server = new FakeServer(of(429, "{\"error\": {\"message\": \"scale-up\"}}"))) {
      EndpointException failed =
          failure(Endpoints.at(server.url()).maxAttempts(3).as(String.class, String.class));
      assertThat(failed.status()).isEqualTo(429);
      assertThat(failed.sentence()).isEqualTo("scale-up");
      assertThat(server.requests).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 408, 500, 502, 504})
  void whatMayHaveBeenBegun_isNotSentAgain(int status) throws Exception {
    try (FakeServer server = new FakeServer(of(status, "no"), GOOD)) {
      assertThat(failure(endpoint(server)).status()).isEqualTo(status);
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void brokenConnection_isNotSentAgain() throws Exception {
    try (FakeServer server =
        new FakeServer(exchange -> exchange.getHttpContext().getServer(), GOOD)) {
      EndpointException failed = failure(endpoint(server));
      assertThat(failed.status()).isZero();
      assertThat(failed).hasMessageStartingWith("there was no answer from localhost");
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void connectionRefused_isTriedAgainAndTold() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    AtomicInteger attempts = new AtomicInteger();
    Endpoint<String, String> endpoint =
        Endpoints.at("http://localhost:" + closed + "/predict")
            .headers(
                () -> {
                  attempts.incrementAndGet();
                  return Map.of();
                })
            .maxAttempts(3)
            .as(String.class, String.class);
    assertThat(failure(endpoint)).hasMessageStartingWith("there was no answer from localhost");
    assertThat(attempts).hasValue(3);
  }

  @Test
  void retryAfterBeyondTheDeadline_isNotWaitedFor() throws Exception {
    try (FakeServer server = new FakeServer(of(503, "later", "Retry-After", "3600"), GOOD)) {
      EndpointException failed = failure(endpoint(server));
      assertThat(failed.status()).isEqualTo(503);
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void retryAfter_secondsDatesAndNonsense() {
    Retries retries = new Retries(4);
    assertThat(pause(retries, "7")).isEqualTo(Duration.ofSeconds(7));
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(100));
    assertThat(pause(retries, date)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(100));
    assertThat(pause(retries, "soon")).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    assertThat(retries.after(4, 503, headers("1"))).isEmpty();
    for (int attempt = 1; attempt < 100; attempt++) {
      assertThat(new Retries(1000).after(attempt, 429, headers("0")).orElseThrow())
          .isBetween(Duration.ofMillis(100), Duration.ofSeconds(10));
    }
  }

  private static Duration pause(Retries retries, String retryAfter) {
    return retries.after(1, 503, headers(retryAfter)).orElseThrow();
  }

  private static HttpHeaders headers(String retryAfter) {
    return HttpHeaders.of(Map.of("Retry-After", List.of(retryAfter)), (name, value) -> true);
  }

  @Test
  void timeout_breaksOffAndSaysSo() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (FakeServer server = new FakeServer(exchange -> await(ended))) {
      Endpoint<String, String> endpoint =
          Endpoints.at(server.url()).timeout(Duration.ofMillis(300)).as(String.class, String.class);
      EndpointException failed = failure(endpoint);
      assertThat(failed).hasMessage("there was no answer within 0.3 s");
      assertThat(failed.status()).isZero();
      ended.countDown();
    }
  }

  @Test
  void timeout_holdsForABodyThatDoesNotEnd() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (FakeServer server =
        new FakeServer(
            exchange -> {
              exchange.sendResponseHeaders(200, 1000);
              exchange.getResponseBody().write('{');
              exchange.getResponseBody().flush();
              await(ended);
            })) {
      Endpoint<String, String> endpoint =
          Endpoints.at(server.url()).timeout(Duration.ofMillis(300)).as(String.class, String.class);
      assertThat(failure(endpoint)).hasMessage("there was no answer within 0.3 s");
      ended.countDown();
    }
  }

  @Test
  void cancel_breaksTheRequestOff() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CompletableFuture<Void> gone = new CompletableFuture<>();
    try (FakeServer server =
        new FakeServer(
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              asked.countDown();
              try {
                while (true) {
                  exchange.getResponseBody().write(new byte[1000]);
                  exchange.getResponseBody().flush();
                }
              } catch (java.io.IOException e) {
                gone.complete(null);
              }
            })) {
      CompletableFuture<List<String>> reply = endpoint(server).predictAsync(ONE, null);
      asked.await();
      assertThat(reply.cancel(true)).isTrue();
      gone.get();
      assertThatThrownBy(reply::join).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void interrupt_breaksTheCallOff() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (FakeServer server = new FakeServer(exchange -> await(ended))) {
      Thread.currentThread().interrupt();
      EndpointException failed = failure(endpoint(server));
      assertThat(failed).hasMessage("the call was interrupted");
      assertThat(Thread.interrupted()).isTrue();
      ended.countDown();
    }
  }

  @Test
  void headers_traceContextAndCredentials_goWithEachRequest() throws Exception {
    try (FakeServer server = new FakeServer(of(503, ""), GOOD)) {
      AtomicInteger spans = new AtomicInteger();
      Endpoint<String, String> endpoint =
          Endpoints.at(server.url())
              .credentials(() -> Map.of("Authorization", "Bearer t"))
              .headers(() -> Map.of("traceparent", "00-span" + spans.incrementAndGet()))
              .as(String.class, String.class);
      endpoint.predict(ONE);
      assertThat(server.requests)
          .extracting(request -> request.getRequestHeaders().getFirst("traceparent"))
          .containsExactly("00-span1", "00-span2");
      assertThat(server.requests)
          .extracting(request -> request.getRequestHeaders().getFirst("Authorization"))
          .containsOnly("Bearer t");
    }
  }

  @Test
  void credentials_thatFail_failTheCall() throws Exception {
    try (FakeServer server = new FakeServer(GOOD)) {
      Endpoint<String, String> endpoint =
          Endpoints.at(server.url())
              .credentials(
                  () -> {
                    throw new IllegalStateException("no token");
                  })
              .as(String.class, String.class);
      assertThat(failure(endpoint)).hasMessage("the request cannot be sent: no token");
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void C5_22_errorsInPlace_areAllTold() throws Exception {
    record Species(String name) {}
    String body =
        "{\"predictions\":[{\"name\":\"a\"},{\"error\":\"too long\"},{\"error\":\"no\"}]}";
    try (FakeServer server = new FakeServer(of(200, body))) {
      Endpoint<String, Species> endpoint =
          Endpoints.at(server.url()).as(String.class, Species.class);
      EndpointException failed =
          catchThrowableOfType(
              EndpointException.class, () -> endpoint.predict(List.of("a", "b", "c")));
      assertThat(failed.instanceErrors()).containsExactly(entry(1, "too long"), entry(2, "no"));
      assertThat(failed.status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"predictions\":[]}",
        "{\"predictions\":[\"a\",\"b\"]}",
        "{\"predictions\":[\"a\"",
        "<html>",
      })
  void reply_withoutThePredictions_isRefused(String body) throws Exception {
    try (FakeServer server = new FakeServer(of(200, body))) {
      EndpointException failed = failure(endpoint(server));
      assertThat(failed.status()).isEqualTo(200);
      assertThat(failed).message().matches("(the reply cannot be read: |the endpoint gave ).*");
    }
  }

  @Test
  void partThatFails_breaksOffTheOthers() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (FakeServer server =
        new FakeServer(
            exchange -> await(ended), of(400, "{\"error\":\"no, at $.instances[0]\"}"))) {
      Endpoint<String, String> endpoint =
          Endpoints.at(server.url()).maxInstances(1).as(String.class, String.class);
      EndpointException failed =
          catchThrowableOfType(
              EndpointException.class,
              () -> endpoint.predict(List.of("a", "b", "c", "d", "e", "f")));
      assertThat(failed.status()).isEqualTo(400);
      assertThat(failed.instanceErrors()).hasSize(1);
      ended.countDown();
      assertThat(server.requests.size()).isLessThan(6);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
