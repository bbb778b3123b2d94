package io.github.vertexj.serving;

import io.github.vertexj.ClientGoneException;
import io.github.vertexj.ReplyStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream between the thread that writes its pieces and the subscriber that sends them, one at a
 * time.
 *
 * <p>A piece goes to the subscriber only when that has asked for it, on the writing thread; until
 * then the writer waits, but for no longer than a client may stall. It takes one subscriber.
 * Thread-safe, with one thread that writes.
 */
final class PieceStream implements Flow.Publisher<ByteBuffer>, ReplyStream {
  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final Duration LAST_WORD = Duration.ofSeconds(2);

  private final Runnable whenBegun;
  private final Runnable whenCancelled;
  private final Duration longestStall;

  // All guarded by this.
  private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
  private boolean subscribed; // its onSubscribe has returned
  private boolean begun;
  private boolean wanted;
  private boolean sending;
  private boolean sentLately;
  private boolean cancelled;
  private boolean endedUnheard; // before its subscriber came
  private @Nullable String over; // for the writer

  /**
   * Creates a stream.
   *
   * @param whenBegun run once, before the first piece: now there is something to subscribe to
   * @param whenCancelled run when nobody wants the rest
   * @param longestStall how long a piece may wait until the subscriber asks for it
   */
  PieceStream(Runnable whenBegun, Runnable whenCancelled, Duration longestStall) {
    this.whenBegun = whenBegun;
    this.whenCancelled = whenCancelled;
    this.longestStall = longestStall;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> newSubscriber) {
    synchronized (this) {
      if (subscriber != null) {
        throw new IllegalStateException("a stream has one subscriber");
      }
      subscriber = newSubscriber;
    }
    newSubscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long pieces) {
            change(() -> wanted = true);
          }

          @Override
          public void cancel() {
            PieceStream.this.cancel();
          }
        });
    change(() -> subscribed = true);
    if (endedUnheard()) {
      newSubscriber.onError(new ClientGoneException("nobody came for the stream in time"));
    }
  }

  private synchronized boolean endedUnheard() {
    return endedUnheard && !cancelled;
  }

  private synchronized void change(Runnable change) {
    change.run();
    notifyAll();
  }

  /** Says that nobody wants the rest; the subscriber hears nothing any more. */
  void cancel() {
    change(() -> cancelled = true);
    abandon("the client has gone");
    whenCancelled.run();
  }

  /** Ends the stream for its writer, whose next piece fails with this reason. */
  void abandon(String reason) {
    change(() -> over = over == null ? reason : over);
  }

  /** Whether a piece was ever written. */
  synchronized boolean begun() {
    return begun;
  }

  @Override
  public void write(byte[] piece) {
    if (piece.length == 0) {
      return;
    }
    begin();
    if (!awaitTurn(longestStall, false)) {
      abandon("the client reads nothing");
      throw new ClientGoneException(reason());
    }
    send(piece.clone());
  }

  private void begin() {
    boolean first;
    synchronized (this) {
      first = !begun && over == null;
      begun |= first;
    }
    if (first) {
      whenBegun.run();
    }
  }

  private synchronized String reason() {
    return Objects.requireNonNull(over);
  }

  /**
   * Waits until a piece is wanted and none is under way, and takes the way.
   *
   * @param last whether a stream that is over for its writer has one more piece
   * @return false if nobody wants the piece
   */
  private synchronized boolean awaitTurn(Duration patience, boolean last) {
    await(patience, () -> (over != null && !last) || (subscribed && wanted && !sending));
    boolean turn = !cancelled && (over == null || last) && subscribed && wanted && !sending;
    if (turn) {
      wanted = false;
      sending = true;
    }
    return turn;
  }

  /** Waits for a condition, or for the subscriber to cancel. Called while holding the lock. */
  private synchronized void await(Duration patience, BooleanSupplier condition) {
    long until = System.nanoTime() + patience.toNanos();
    try {
      while (!cancelled && !condition.getAsBoolean()) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          return;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      over = over == null ? "the server ends" : over;
      Thread.currentThread().interrupt();
    }
  }

  private void send(byte[] piece) {
    Flow.Subscriber<? super ByteBuffer> to;
    synchronized (this) {
      to = Objects.requireNonNull(subscriber); // it has asked for the piece
    }
    try {
      to.onNext(ByteBuffer.wrap(piece));
    } finally {
      change(
          () -> {
            sending = false;
            sentLately = true;
          });
    }
  }

  /**
   * Sends an event stream's comment if nothing was sent since the last call and the subscriber
   * waits; begins the stream if need be. Never waits itself.
   */
  void keepAlive() {
    begin();
    boolean due;
    synchronized (this) {
      due = !sentLately && over == null && awaitTurn(Duration.ZERO, false);
      sentLately = false;
    }
    if (due) {
      send(COMMENT);
      change(() -> sentLately = false);
    }
  }

  /** Ends the stream: the subscriber learns that it is complete. */
  void complete() {
    begin();
    Flow.Subscriber<? super ByteBuffer> to = end(longestStall);
    if (to != null) {
      to.onComplete();
    }
  }

  /**
   * Breaks the stream off: the subscriber learns that it is not complete.
   *
   * @param lastPiece sent before that, if the subscriber soon asks for it; null for none
   */
  void fail(Throwable failure, byte @Nullable [] lastPiece) {
    if (lastPiece != null && awaitTurn(LAST_WORD, true)) {
      send(lastPiece);
    }
    Flow.Subscriber<? super ByteBuffer> to = end(LAST_WORD);
    if (to != null) {
      to.onError(failure);
    }
  }

  /** Waits until the subscriber may hear of the end; null if it does not want to. */
  private synchronized Flow.@Nullable Subscriber<? super ByteBuffer> end(Duration patience) {
    await(patience, () -> subscribed && !sending);
    over = over == null ? "the reply is complete" : over;
    endedUnheard = !subscribed;
    return cancelled || !subscribed ? null : subscriber;
  }
}
