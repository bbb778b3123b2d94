package io.github.vertexj.client;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's stream: lines of the reply become events, and a line is asked for only while an
 * event is wanted.
 *
 * <p>The value of an exchange is the body of an error, or nothing of a stream.
 */
final class EventStream implements Flow.Subscription, Flow.Subscriber<String>, BodyHandler<byte[]> {
  private static final byte[] NOTHING = {};

  private final Flow.Subscriber<? super ServerEvent> subscriber;
  private final AtomicLong wanted = new AtomicLong();
  private final AtomicBoolean lineAsked = new AtomicBoolean();
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable CompletableFuture<?> exchange;
  private volatile Flow.@Nullable Subscription lines;
  private volatile EventLines parser = new EventLines(false);

  EventStream(Flow.Subscriber<? super ServerEvent> subscriber) {
    this.subscriber = subscriber;
  }

  /** Tells the subscriber of the end of an exchange, unless it has been told in the stream. */
  void follow(CompletableFuture<HttpResponse<byte[]>> sent) {
    exchange = sent;
    if (over.get()) {
      sent.cancel(true);
    }
    var unused =
        sent.whenComplete(
            (response, failure) -> {
              if (response == null) {
                fail(brokenOff(failure));
              } else if (response.statusCode() != 200) {
                fail(
                    EndpointException.answered(
                        response.statusCode(), ErrorBody.sentence(response.body())));
              }
            });
  }

  private static EndpointException brokenOff(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof EndpointException ours
        ? ours
        : EndpointException.unanswered("the stream broke off", cause);
  }

  void fail(EndpointException failure) {
    if (over.compareAndSet(false, true)) {
      subscriber.onError(failure);
    }
  }

  @Override
  public BodySubscriber<byte[]> apply(ResponseInfo head) {
    if (head.statusCode() != 200) {
      return BodySubscribers.ofByteArray();
    }
    String type = head.headers().firstValue("Content-Type").orElse("");
    parser = new EventLines(type.startsWith("text/event-stream"));
    return BodySubscribers.fromLineSubscriber(this, self -> NOTHING, StandardCharsets.UTF_8, null);
  }

  @Override
  public void request(long events) {
    if (events < 1) {
      if (over.compareAndSet(false, true)) {
        subscriber.onError(new IllegalArgumentException("at least one event must be asked for"));
      }
      cancel();
      return;
    }
    wanted.accumulateAndGet(events, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    askForLine();
  }

  @Override
  public void cancel() {
    over.set(true);
    Flow.Subscription source = lines;
    if (source != null) {
      source.cancel();
    }
    CompletableFuture<?> sent = exchange;
    if (sent != null) {
      sent.cancel(true);
    }
  }

  private void askForLine() {
    Flow.Subscription source = lines;
    if (source != null && wanted.get() > 0 && lineAsked.compareAndSet(false, true)) {
      source.request(1);
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription source) {
    lines = source;
    if (over.get()) {
      source.cancel();
    }
    askForLine();
  }

  @Override
  public void onNext(String line) {
    lineAsked.set(false);
    ServerEvent event = parser.next(line);
    if (event != null && !over.get()) {
      if (event.name().equals("error")) {
        fail(
            EndpointException.answered(
                200, ErrorBody.sentence(event.data().getBytes(StandardCharsets.UTF_8))));
        cancel();
        return;
      }
      wanted.decrementAndGet();
      subscriber.onNext(event);
    }
    askForLine();
  }

  @Override
  public void onError(Throwable failure) {
    fail(brokenOff(failure));
  }

  @Override
  public void onComplete() {
    if (over.compareAndSet(false, true)) {
      subscriber.onComplete();
    }
  }
}
