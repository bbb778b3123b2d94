package io.github.vertexj.emulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Publisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The way from the front end to containers: HTTP/1.1 with kept connections (C1.19, C1.20).
 *
 * <p>Thread-safe.
 */
final class Upstream {
  // Those of one connection, those the client library sets itself, and the caller's credentials,
  // which are for the platform (an assumption, Q6).
  private static final Set<String> NOT_FORWARDED =
      Set.of(
          "authorization",
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final HttpClient client;

  Upstream(HttpClient client) {
    this.client = client;
  }

  /** Returns the headers that go on to the other side. */
  static Map<String, List<String>> forwarded(Map<String, List<String>> headers) {
    Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(
        (name, values) -> {
          if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
            all.put(name, values);
          }
        });
    return all;
  }

  static HttpRequest request(
      String httpMethod, URI uri, Map<String, List<String>> headers, byte[] body) {
    HttpRequest.BodyPublisher publisher =
        body.length == 0 && !httpMethod.equals("POST")
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(httpMethod, publisher);
    headers.forEach((name, values) -> values.forEach(value -> request.header(name, value)));
    return request.build();
  }

  /** Sends a request and waits for the whole reply; at the time-out the connection is closed. */
  HttpResponse<byte[]> send(HttpRequest request, Duration timeout)
      throws IOException, TimeoutException {
    return await(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()), timeout);
  }

  /**
   * Sends a request and waits for the head of the reply.
   *
   * @return a reply whose body has to be subscribed to; not a stream, for the client library's
   *     drops bytes that arrived, and nobody has read yet, once the connection breaks
   */
  HttpResponse<Publisher<List<ByteBuffer>>> open(HttpRequest request, Duration timeout)
      throws IOException, TimeoutException {
    return await(client.sendAsync(request, HttpResponse.BodyHandlers.ofPublisher()), timeout);
  }

  private static <T> T await(CompletableFuture<T> reply, Duration timeout)
      throws IOException, TimeoutException {
    try {
      return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException brokenOff
          ? brokenOff
          : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      reply.cancel(true);
    }
  }
}
