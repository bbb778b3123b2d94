package io.github.vertexj.undertow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.Handlers;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.env.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** How streamed replies end on connections that end with them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class PieceSenderTest {
  private ModelServer server;

  @BeforeAll
  void start() {
    PredictorProvider<String, String> same =
        PredictorProvider.of(String.class, (texts, parameters) -> texts);
    server =
        ModelServer.builder(same.with(PieceSenderTest::streams))
            .environment(Environment.of(Map.of()))
            .port(0)
            .build()
            .start()
            .awaitReady();
  }

  private static void streams(Handlers<String, String> handlers) {
    handlers
        .onRoute("GET", "/whole", (request, model) -> RawReply.stream("a/b", o -> o.write("one")))
        .onRoute(
            "GET",
            "/broken",
            (request, model) ->
                RawReply.stream(
                    "a/b",
                    out -> {
                      out.write("one");
                      throw new IllegalStateException("broken for the test");
                    }));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private String get(String requestLine, String header) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String head = "GET " + requestLine + "\r\nHost: h\r\n" + header + "\r\n";
      socket.getOutputStream().write(head.getBytes(UTF_8));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void streamOnAClosingConnection_isChunked_soThatAFailureIsNoEnd() throws Exception {
    String close = "Connection: close\r\n";
    assertThat(get("/whole HTTP/1.1", close)).endsWith("\r\n0\r\n\r\n");
    assertThat(get("/broken HTTP/1.1", close)).contains("chunked").doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void failureOfAStreamWithoutChunks_resetsTheConnection() throws Exception {
    assertThat(get("/whole HTTP/1.0", "")).endsWith("\r\n\r\none");
    assertThatThrownBy(() -> get("/broken HTTP/1.0", ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }
}
