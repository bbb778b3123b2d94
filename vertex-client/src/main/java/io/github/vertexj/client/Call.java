package io.github.vertexj.client;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** One call: its parts, a few of which are under way at a time, and what has come of them. */
final class Call<P> {
  private static final int MOST_UNDER_WAY = 4;

  private final Transport transport;
  private final BodyForm<?, P> form;
  private final Transport.Message message;
  private final Deadline deadline;
  private final CompletableFuture<List<P>> promise = new CompletableFuture<>();
  private final Map<Integer, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();
  private List<Part> parts = List.of();
  private AtomicReferenceArray<List<P>> replies = new AtomicReferenceArray<>(0);

  /**
   * Creates a call.
   *
   * @param message without a body
   */
  Call(Transport transport, BodyForm<?, P> form, Transport.Message message, Deadline deadline) {
    this.transport = transport;
    this.form = form;
    this.message = message;
    this.deadline = deadline;
  }

  /** Begins; cancelling what is returned breaks off all that is under way. */
  CompletableFuture<List<P>> begin(List<Part> all) {
    parts = all;
    replies = new AtomicReferenceArray<>(all.size());
    left.set(all.size());
    CompletableFuture<Void> timer = new CompletableFuture<>();
    timer.orTimeout(deadline.left().toMillis(), TimeUnit.MILLISECONDS);
    var unusedEnd = timer.whenComplete((none, timeout) -> end(timeout));
    var unusedStop = promise.whenComplete((predictions, failure) -> timer.cancel(false));
    for (int i = 0; i < Math.min(MOST_UNDER_WAY, all.size()); i++) {
      sendNext();
    }
    return promise;
  }

  /** Breaks off what is under way, when there is an outcome or no time left. */
  private void end(@Nullable Throwable timer) {
    if (timer instanceof TimeoutException) {
      promise.completeExceptionally(deadline.exceeded(timer));
    }
    underWay.values().forEach(sent -> sent.cancel(true));
  }

  private void sendNext() {
    int place = next.getAndIncrement();
    if (place >= parts.size() || promise.isDone()) {
      return;
    }
    Part part = parts.get(place);
    CompletableFuture<HttpResponse<byte[]>> sent =
        transport.send(
            new Transport.Message(message.uri(), message.mediaType(), part.body()),
            BodyHandlers.ofByteArray(),
            deadline);
    underWay.put(place, sent);
    var unused =
        sent.whenComplete(
            (response, failure) -> {
              underWay.remove(place);
              answered(place, response, failure);
            });
    if (promise.isDone()) {
      sent.cancel(true);
    }
  }

  private void answered(
      int place, @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
    Part part = parts.get(place);
    try {
      if (response == null) {
        promise.completeExceptionally(failure == null ? new IllegalStateException() : failure);
      } else if (response.statusCode() != 200) {
        promise.completeExceptionally(
            ErrorBody.exception(response.statusCode(), response.body(), part));
      } else {
        replies.set(place, form.read(part, response));
        if (left.decrementAndGet() == 0) {
          promise.complete(joined());
        } else {
          sendNext();
        }
      }
    } catch (Throwable e) { // nobody would be told otherwise
      promise.completeExceptionally(e);
    }
  }

  private List<P> joined() {
    if (replies.length() == 1) {
      return replies.get(0);
    }
    List<P> all = new ArrayList<>();
    for (int place = 0; place < replies.length(); place++) {
      all.addAll(replies.get(place));
    }
    return Collections.unmodifiableList(all);
  }
}
