package io.github.vertexj.client;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request, which is sent again as long as that is safe and in time. */
final class Exchange<T> {
  private final Transport transport;
  private final Transport.Message message;
  private final BodyHandler<T> handler;
  private final Deadline deadline;
  private final CompletableFuture<HttpResponse<T>> promise = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<?> underWay;
  private int attempt;

  Exchange(
      Transport transport, Transport.Message message, BodyHandler<T> handler, Deadline deadline) {
    this.transport = transport;
    this.message = message;
    this.handler = handler;
    this.deadline = deadline;
  }

  CompletableFuture<HttpResponse<T>> begin() {
    var unused = promise.whenComplete((response, failure) -> breakOff());
    send();
    return promise;
  }

  private void breakOff() {
    CompletableFuture<?> sent = underWay;
    if (sent != null) {
      sent.cancel(true); // does nothing if it has ended
    }
  }

  private void send() {
    if (promise.isDone()) {
      return;
    }
    attempt++;
    try {
      CompletableFuture<HttpResponse<T>> sent =
          transport.client().sendAsync(transport.request(message, deadline.left()), handler);
      underWay = sent;
      var unused = sent.whenComplete(this::answered);
    } catch (RuntimeException e) { // credentials, or a URI that is none for HTTP
      promise.completeExceptionally(
          EndpointException.unanswered("the request cannot be sent: " + e.getMessage(), e));
    }
    if (promise.isDone()) { // it was cancelled meanwhile
      breakOff();
    }
  }

  private void answered(@Nullable HttpResponse<T> response, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    Optional<Duration> pause =
        response == null
            ? transport.retries().after(attempt, cause)
            : transport.retries().after(attempt, response.statusCode(), response.headers());
    if (pause.isPresent() && deadline.allows(pause.get())) {
      CompletableFuture.delayedExecutor(pause.get().toMillis(), TimeUnit.MILLISECONDS)
          .execute(this::send);
    } else if (response != null) {
      promise.complete(response);
    } else {
      promise.completeExceptionally(unanswered(cause));
    }
  }

  private EndpointException unanswered(@Nullable Throwable cause) {
    if (cause instanceof HttpTimeoutException timeout) {
      return deadline.exceeded(timeout);
    }
    String fault = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return EndpointException.unanswered(
        "there was no answer from " + message.uri().getHost() + fault, cause);
  }
}
