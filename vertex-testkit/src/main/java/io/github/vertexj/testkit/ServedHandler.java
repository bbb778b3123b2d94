package io.github.vertexj.testkit;

import io.github.vertexj.serving.PredictionHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A handler behind a running server, and an ordinary client of it. */
final class ServedHandler implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(Gate.PATIENCE_SECONDS);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final PredictionHandler handler;
  private final RunningServer server;
  private final Set<Integer> closingStatuses;

  ServedHandler(PredictionHandler handler, RunningServer server, Set<Integer> closingStatuses) {
    this.handler = handler;
    this.server = server;
    this.closingStatuses = closingStatuses;
  }

  PredictionHandler handler() {
    return handler;
  }

  URI uri(String path) {
    return server.baseUri().resolve(path);
  }

  RawConnection connect() throws IOException {
    return RawConnection.to(server.baseUri(), closingStatuses);
  }

  Answer get(String path) throws Exception {
    return await(send(HttpRequest.newBuilder(uri(path)).build()));
  }

  Answer health() throws Exception {
    return get("/health");
  }

  /** Predicts by an ordinary client on the default route. */
  Answer predict(String json) throws Exception {
    return await(predictLater(json));
  }

  CompletableFuture<Answer> predictLater(String json) {
    return send(
        HttpRequest.newBuilder(uri("/predict"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  static CompletableFuture<Answer> send(HttpRequest request) {
    return CLIENT
        .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(ServedHandler::answer);
  }

  static Answer answer(HttpResponse<byte[]> response) {
    Map<String, String> headers = new TreeMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    byte[] body = response.body();
    return new Answer(
        response.statusCode(), headers, new String(body, StandardCharsets.UTF_8), body.length);
  }

  /** Waits for what must come. */
  static <T> T await(CompletableFuture<T> promise) throws Exception {
    return promise.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Closes the handler, then the server, as a launcher does. */
  @Override
  public void close() {
    try {
      handler.close(PATIENCE);
    } finally {
      server.close();
    }
  }
}
