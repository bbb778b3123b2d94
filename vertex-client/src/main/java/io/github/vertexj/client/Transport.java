package io.github.vertexj.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * How requests of an endpoint are sent.
 *
 * @param headers called anew for each attempt
 */
record Transport(HttpClient client, List<Supplier<Map<String, String>>> headers, Retries retries) {

  /** A request before it has its headers. */
  record Message(URI uri, String mediaType, HttpRequest.BodyPublisher body) {}

  /** Begins to send; cancelling what is returned breaks off. */
  <T> CompletableFuture<java.net.http.HttpResponse<T>> send(
      Message message, BodyHandler<T> handler, Deadline deadline) {
    return new Exchange<>(this, message, handler, deadline).begin();
  }

  HttpRequest request(Message message, Duration timeout) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(message.uri())
            .POST(message.body())
            .timeout(timeout)
            .setHeader("Content-Type", message.mediaType());
    if ("http".equals(message.uri().getScheme())) {
      request.version(HttpClient.Version.HTTP_1_1); // instead of trying an upgrade first
    }
    for (Supplier<Map<String, String>> each : headers) {
      each.get().forEach(request::setHeader);
    }
    return request.build();
  }
}
