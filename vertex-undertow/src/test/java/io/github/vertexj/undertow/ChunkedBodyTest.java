package io.github.vertexj.undertow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.env.Environment;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed chunks on a real server that has memory for one body of 150 kB. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class ChunkedBodyTest {
  private static final int OVERLOADED = 429;

  /** Enough for one body and what becomes of it; not beside another body that is kept. */
  private static final int MEMORY = 1_000_000;

  private static final String BODY = "{\"instances\":[\"" + " ".repeat(150_000) + "\"]}";
  private static final String CHUNK = Integer.toHexString(BODY.length()) + "\r\n" + BODY + "\r\n";

  private ModelServer server;

  @BeforeAll
  void start() {
    PredictorProvider<String, String> same =
        PredictorProvider.of(String.class, (texts, parameters) -> texts);
    server =
        ModelServer.builder(same)
            .environment(Environment.of(Map.of()))
            .handler(handler -> handler.maxRequestMemory(MEMORY))
            .port(0)
            .build()
            .start()
            .awaitReady();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static String head(String path) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
        + "Content-Type: application/json\r\n\r\n";
  }

  /** The connection may be seen to close a moment before the memory is back: so not the first. */
  private int statusOfAGoodOne() throws IOException {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    int status = OVERLOADED;
    while (status == OVERLOADED && System.nanoTime() < limit) {
      try (RawClient raw = new RawClient(server.port())) {
        status = raw.send(head("/predict") + CHUNK + "0\r\nX-Trailer: y\r\n\r\n").read().status();
      }
    }
    return status;
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff: y\r\n\r\n", "no colon\r\n\r\n", "X: y\r\n\u00ff: y\r\n\r\n"})
  void malformedTrailer_closesTheConnection_andTheBodyGivesItsMemoryBack(String trailer)
      throws Exception {
    for (String path : new String[] {"/predict", "/health"}) {
      try (RawClient raw = new RawClient(server.port())) {
        raw.send((head(path) + CHUNK + "0\r\n" + trailer).getBytes(ISO_8859_1));
        assertThat(raw.closedByServer()).isTrue();
      }
      assertThat(statusOfAGoodOne()).isEqualTo(200);
    }
  }

  @Test
  void endlessTrailer_isNotGathered() throws Exception {
    String piece = "a".repeat(1_000_000);
    int sent = 0;
    try (RawClient raw = new RawClient(server.port())) {
      raw.send(head("/predict") + CHUNK + "0\r\nX: ");
      while (sent < 1_000) {
        raw.send(piece);
        sent++;
      }
    } catch (IOException closedByServer) {
      assertThat(sent).isLessThan(100);
    }
    assertThat(sent).isLessThan(1_000);
    assertThat(statusOfAGoodOne()).isEqualTo(200);
  }
}
