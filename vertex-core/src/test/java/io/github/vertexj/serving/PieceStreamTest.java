package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.ClientGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PieceStreamTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final PieceStream stream = stream(LONG);

  private PieceStream stream(Duration longestStall) {
    return new PieceStream(begun::incrementAndGet, cancelled::incrementAndGet, longestStall);
  }

  /** Keeps what it hears; asks for as many pieces as it is told to, one at a time. */
  private static final class Ear implements Flow.Subscriber<ByteBuffer> {
    final List<String> heard = new CopyOnWriteArrayList<>();
    final Semaphore hears = new Semaphore(0);
    final AtomicInteger appetite;
    Flow.@Nullable Subscription subscription;

    Ear(int appetite) {
      this.appetite = new AtomicInteger(appetite);
    }

    private void ask() {
      if (appetite.getAndDecrement() > 0) {
        subscription().request(1);
      }
    }

    Flow.Subscription subscription() {
      return Objects.requireNonNull(subscription);
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
      subscription = newSubscription;
      ask();
    }

    @Override
    public void onNext(ByteBuffer piece) {
      heard.add(StandardCharsets.UTF_8.decode(piece).toString());
      hears.release();
      ask();
    }

    @Override
    public void onError(Throwable failure) {
      heard.add("failed: " + failure.getMessage());
    }

    @Override
    public void onComplete() {
      heard.add("complete");
    }
  }

  private static Ear subscribe(PieceStream stream, int appetite) {
    Ear ear = new Ear(appetite);
    stream.subscribe(ear);
    return ear;
  }

  @Test
  void pieces_goToTheSubscriberInOrder() {
    Ear ear = subscribe(stream, 10);
    assertThat(begun).hasValue(0);
    stream.write("one");
    stream.write("");
    stream.event("two\nlines");
    stream.complete();
    assertThat(ear.heard).containsExactly("one", "data: two\ndata: lines\n\n", "complete");
    assertThat(begun).hasValue(1);
  }

  @Test
  void piece_isCopied() {
    Ear ear = new Ear(1);
    List<ByteBuffer> kept = new CopyOnWriteArrayList<>();
    stream.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(1);
          }

          @Override
          public void onNext(ByteBuffer piece) {
            kept.add(piece);
          }

          @Override
          public void onError(Throwable failure) {}

          @Override
          public void onComplete() {}
        });
    byte[] piece = {1};
    stream.write(piece);
    piece[0] = 2;
    assertThat(kept.get(0).get(0)).isEqualTo((byte) 1);
    assertThat(ear.heard).isEmpty();
  }

  @Test
  void writer_waitsUntilThePieceIsAskedFor() throws Exception {
    Ear ear = subscribe(stream, 1);
    CompletableFuture<Boolean> written =
        CompletableFuture.supplyAsync(
            () -> {
              stream.write("one");
              stream.write("two");
              return true;
            },
            task -> new Thread(task).start());
    ear.hears.acquire();
    assertThatThrownBy(() -> written.get(100, TimeUnit.MILLISECONDS)).isNotNull();
    assertThat(ear.heard).containsExactly("one");
    ear.subscription().request(1);
    assertThat(written.get()).isTrue();
    assertThat(ear.heard).containsExactly("one", "two");
  }

  @Test
  void writer_ofASubscriberThatStalls_isTold() {
    PieceStream impatient = stream(SHORT);
    Ear ear = subscribe(impatient, 1);
    impatient.write("one");
    assertThatThrownBy(() -> impatient.write("two"))
        .isInstanceOf(ClientGoneException.class)
        .hasMessageContaining("reads nothing");
    impatient.fail(new IOException("stalled"), null);
    assertThat(ear.heard).containsExactly("one", "failed: stalled");
  }

  @Test
  void writer_ofASubscriberThatCancelled_isTold_andTheSubscriberHearsNoMore() {
    Ear ear = subscribe(stream, 9);
    stream.write("one");
    ear.subscription().cancel();
    assertThatThrownBy(() -> stream.write("two")).isInstanceOf(ClientGoneException.class);
    stream.fail(new IOException("gone"), "last".getBytes(StandardCharsets.UTF_8));
    assertThat(ear.heard).containsExactly("one");
    assertThat(cancelled).hasValue(1);
  }

  @Test
  void writer_thatWaits_wakesUpWhenTheSubscriberCancels() throws Exception {
    Ear ear = subscribe(stream, 0);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                stream.write("one");
              } catch (ClientGoneException e) {
                failure.complete(e);
              }
            })
        .start();
    ear.subscription().cancel();
    assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(ClientGoneException.class);
  }

  @Test
  void abandonedStream_hasALastPiece() {
    Ear ear = subscribe(stream, 9);
    stream.write("one");
    stream.abandon("the server ends");
    assertThatThrownBy(() -> stream.write("two")).hasMessage("the server ends");
    stream.fail(new IOException("ended"), "last".getBytes(StandardCharsets.UTF_8));
    assertThat(ear.heard).containsExactly("one", "last", "failed: ended");
  }

  @Test
  void keepAlive_isSentOnlyInSilenceAndToWhoeverWaits() {
    Ear ear = subscribe(stream, 3);
    stream.keepAlive();
    assertThat(begun).hasValue(1);
    stream.write("data: 1\n\n");
    stream.keepAlive(); // something was sent since the last one
    stream.keepAlive();
    stream.keepAlive(); // nobody waits
    assertThat(ear.heard).containsExactly(":\n\n", "data: 1\n\n", ":\n\n");
  }

  @Test
  void emptyStream_beginsAndIsComplete() {
    Ear ear = subscribe(stream, 0);
    stream.complete();
    assertThat(ear.heard).containsExactly("complete");
    assertThat(begun).hasValue(1);
  }

  @Test
  void endBeforeAnybodySubscribed_isHeardOnSubscription() throws Exception {
    CompletableFuture<Void> completed = CompletableFuture.runAsync(stream::complete);
    Ear ear = subscribe(stream, 0);
    completed.get(10, TimeUnit.SECONDS);
    assertThat(ear.heard).containsExactly("complete");
  }

  @Test
  void secondSubscriber_isRefused() {
    subscribe(stream, 0);
    assertThatThrownBy(() -> subscribe(stream, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void subscriber_thatComesWhenTheStreamHasFailed_hearsThatItIsNotComplete() {
    PieceStream impatient = stream(SHORT);
    assertThatThrownBy(() -> impatient.write("nobody listens yet"))
        .isInstanceOf(ClientGoneException.class);
    impatient.fail(new IOException("that is why"), null);
    Ear ear = subscribe(impatient, 10);
    assertThat(ear.heard).hasSize(1);
    assertThat(ear.heard.get(0)).startsWith("failed: ");
  }
}
