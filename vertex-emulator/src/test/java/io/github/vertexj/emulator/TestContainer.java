package io.github.vertexj.emulator;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A container that answers as a test says, and remembers what it was asked. */
final class TestContainer implements AutoCloseable {
  record Asked(String method, String uri, Headers headers, String body) {}

  interface Answer {
    void to(HttpExchange exchange, Asked asked) throws IOException;
  }

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  volatile int health = 200;
  volatile Answer answer = json(200, "{\"predictions\":[]}");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  TestContainer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.createContext("/health", exchange -> reply(exchange, health, "text/plain", ""));
    server.start();
  }

  static Answer json(int status, String body) {
    return (exchange, asked) -> reply(exchange, status, "application/json", body);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Asked one =
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            body);
    asked.add(one);
    try (exchange) {
      answer.to(exchange, one);
    }
  }

  static void reply(HttpExchange exchange, int status, String mediaType, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", mediaType);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  UploadedModel.Builder model() {
    return UploadedModel.servers(uri())
        .healthRoute("/health")
        .predictRoute("/predict")
        .name("digits", "7");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
