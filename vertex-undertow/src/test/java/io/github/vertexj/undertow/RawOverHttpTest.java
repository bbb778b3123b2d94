package io.github.vertexj.undertow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.env.Environment;
import io.github.vertexj.serving.PredictionHandler;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Raw handlers and streams on connections that are used in every way HTTP allows. A stream sends
 * {@code one}, waits until it is let go, and sends {@code two}.
 */
@Timeout(60)
class RawOverHttpTest {
  private static final String CLOSE = "Connection: close\r\n";

  private final Semaphore letGo = new Semaphore(0);
  private PredictionHandler handler;
  private Undertow undertow;
  private Socket socket;

  @BeforeEach
  void start() throws IOException {
    RawReply stream =
        RawReply.stream(
            "text/plain",
            out -> {
              out.write("one");
              letGo.acquire();
              out.write("two");
            });
    RawReply broken =
        RawReply.stream(
            "text/plain",
            out -> {
              out.write("half");
              throw new IllegalStateException("a bug");
            });
    PredictorProvider<Integer, Integer> echo =
        PredictorProvider.of(Integer.class, (instances, parameters) -> instances);
    handler =
        PredictionHandler.builder(
                echo.with(
                    handlers ->
                        handlers
                            .onRoute("GET", "/stream", (request, predictor) -> stream)
                            .onRoute("HEAD", "/stream", (request, predictor) -> stream)
                            .onRoute("HEAD", "/text", (request, predictor) -> RawReply.text("abc"))
                            .onRoute("POST", "/echo", (r, p) -> RawReply.of("a/b", r.bytes()))
                            .onRoute("GET", "/204", (r, p) -> RawReply.text("x").withStatus(204))
                            .onRoute("GET", "/304", (r, p) -> RawReply.text("x").withStatus(304))
                            .onRoute("GET", "/s204", (r, p) -> stream.withStatus(204))
                            .onRoute("GET", "/broken", (request, predictor) -> broken)
                            .onRoute(
                                "GET",
                                "/throw",
                                (r, p) -> {
                                  throw new StackOverflowError();
                                })))
            .environment(Environment.of(Map.of()))
            .build();
    handler.start().join();
    undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1", new PredictionHttpHandler(handler))
            .setServerOption(UndertowOptions.DECODE_URL, false)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            .build();
    undertow.start();
    int port = ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
  }

  @AfterEach
  void stop() throws IOException {
    letGo.release(1_000);
    socket.close();
    handler.close();
    undertow.stop();
  }

  private void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(UTF_8));
  }

  /** Reads up to a text. */
  private String until(String end) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder read = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      read.append((char) b);
      if (read.indexOf(end, Math.max(0, read.length() - end.length())) >= 0) {
        return read.toString();
      }
    }
    throw new IOException("not there: " + end + " in " + read);
  }

  private String rest() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  private static String get(String path) {
    return request("GET", path, "");
  }

  private static String request(String method, String path, String more) {
    return method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + more + "\r\n";
  }

  @Test
  void streamToAClientOfHttp10_endsWithTheConnection() throws Exception {
    send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    String head = until("\r\n\r\n");
    assertThat(head.toLowerCase(Locale.ROOT)).doesNotContain("chunked");
    until("one");
    letGo.release();
    assertThat(rest()).isEqualTo("two");
  }

  @Test
  void requestsSentWhileAStreamGoesOn_areAnsweredBehindIt() throws Exception {
    send(get("/stream"));
    until("one\r\n");
    send(get("/health"));
    send(get("/stream"));
    send(request("GET", "/health", CLOSE));
    letGo.release(2);
    String all = rest();
    assertThat(all).startsWith("03\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200").endsWith("}");
    assertThat(all.split("HTTP/1.1 200", -1)).hasSize(4);
    assertThat(all).contains("03\r\none\r\n03\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200");
  }

  @Test
  void requestsSentTogetherWithThatOfAStream_areAnsweredBehindIt() throws Exception {
    send(get("/stream") + get("/stream") + request("GET", "/health", CLOSE));
    letGo.release(2);
    String all = rest();
    assertThat(all.split("03\r\none\r\n03\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200", -1)).hasSize(3);
    assertThat(all).endsWith("}");
  }

  @Test
  void head_hasNoBodyAndKeepsTheConnection() throws Exception {
    send(request("HEAD", "/text", ""));
    assertThat(until("\r\n\r\n")).startsWith("HTTP/1.1 200").contains("Content-Length: 3");
    send(request("HEAD", "/stream", ""));
    assertThat(until("\r\n\r\n")).startsWith("HTTP/1.1 200");
    letGo.release();
    send(request("GET", "/health", CLOSE));
    assertThat(rest()).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/204", "/304", "/s204"})
  void statusWithoutABody_keepsTheConnection(String path) throws Exception {
    send(get(path));
    until("\r\n\r\n");
    letGo.release();
    send(request("GET", "/health", CLOSE));
    assertThat(rest()).startsWith("HTTP/1.1 200");
  }

  @Test
  void bodyThatWaitsForAContinue_isAskedFor() throws Exception {
    send(request("POST", "/echo", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
    assertThat(until("\r\n\r\n")).startsWith("HTTP/1.1 100");
    send("abc");
    assertThat(until("abc")).startsWith("HTTP/1.1 200");
    send(request("GET", "/health", CLOSE));
    assertThat(rest()).startsWith("HTTP/1.1 200");
  }

  @Test
  void C1_45_streamWhileTheServerDrains_isTheConnectionsLast() throws Exception {
    handler.unready();
    send(get("/stream"));
    assertThat(until("\r\n\r\n")).contains("Connection: close").contains("chunked");
    letGo.release();
    assertThat(rest()).isEqualTo("03\r\none\r\n03\r\ntwo\r\n0\r\n\r\n");
  }

  @Test
  void streamThatIsTheConnectionsLast_breaksOffWithoutAnEnd() throws Exception {
    send(request("GET", "/broken", CLOSE));
    assertThat(until("\r\n\r\n")).contains("Connection: close").contains("chunked");
    assertThat(until("half")).isEqualTo("04\r\nhalf");
    String rest;
    try {
      rest = rest();
    } catch (SocketException reset) {
      rest = "";
    }
    assertThat(rest).doesNotContain("0\r\n");
  }

  @Test
  void errorInAHandler_isAnAnswer() throws Exception {
    send(get("/throw") + request("GET", "/health", CLOSE));
    assertThat(rest()).startsWith("HTTP/1.1 500").contains("HTTP/1.1 200");
  }

  @Test
  void clientThatLeavesWhileItsStreamIsSilent_endsTheExchange() throws Exception {
    send(get("/stream"));
    until("one");
    socket.close();
    letGo.release();
    // The writer, whose second piece nobody wants, has ended.
    assertThat(handler.close(Duration.ofSeconds(20))).isTrue();
  }
}
