package io.github.vertexj.undertow;

import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.WorkerUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.channels.StreamSinkChannel;

/**
 * Sends the pieces of a streamed reply on the I/O thread, each flushed before the next is asked
 * for, so that no more than one is ever kept for a slow client.
 *
 * <p>Its signals may come from any thread; all else happens on the exchange's I/O thread.
 */
final class PieceSender implements Flow.Subscriber<ByteBuffer>, ChannelListener<StreamSinkChannel> {
  private static final Logger LOG = LoggerFactory.getLogger(PieceSender.class);
  private static final int LAST_PIECE_SECONDS = 2;

  private enum Ending {
    NONE,
    COMPLETE,
    BROKEN
  }

  private final HttpServerExchange exchange;
  private final BooleanSupplier mayEnd;
  private final StreamSinkChannel channel;

  private Flow.@Nullable Subscription subscription;
  private @Nullable ByteBuffer piece;
  private Ending ending = Ending.NONE;
  private boolean ended; // by this, since mayEnd said so
  private boolean over;

  /**
   * Creates a sender, on the I/O thread, of an exchange whose head is set.
   *
   * @param mayEnd asked once, before the exchange is ended; false if somebody else has done so
   */
  PieceSender(HttpServerExchange exchange, BooleanSupplier mayEnd) {
    this.exchange = exchange;
    this.mayEnd = mayEnd;
    if (exchange.isHttp11() && Connectors.isEntityBodyAllowed(exchange)) {
      // Also before the connection closes, or a stream that breaks off would look complete.
      exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, "chunked");
    }
    channel = exchange.getResponseChannel();
    channel.getWriteSetter().set(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(1);
  }

  @Override
  public void onNext(ByteBuffer next) {
    exchange
        .getIoThread()
        .execute(
            () -> {
              piece = next;
              proceed();
            });
  }

  @Override
  public void onComplete() {
    end(Ending.COMPLETE);
  }

  @Override
  public void onError(Throwable failure) {
    end(Ending.BROKEN);
  }

  private void end(Ending how) {
    exchange
        .getIoThread()
        .execute(
            () -> {
              ending = how;
              if (how == Ending.BROKEN) {
                WorkerUtils.executeAfter(
                    exchange.getIoThread(), this::breakOff, LAST_PIECE_SECONDS, TimeUnit.SECONDS);
              }
              proceed();
            });
  }

  @Override
  public void handleEvent(StreamSinkChannel writable) {
    proceed();
  }

  private void proceed() {
    if (over) {
      return;
    }
    try {
      if (sent()) {
        channel.suspendWrites();
        goOn();
      } else {
        channel.resumeWrites();
      }
    } catch (IOException clientHasGone) {
      LOG.debug("A streamed reply broke off", clientHasGone);
      breakOff();
    }
  }

  /** Writes what there is, as far as the client takes it. */
  private boolean sent() throws IOException {
    while (piece != null && piece.hasRemaining()) {
      if (channel.write(piece) == 0) {
        return false;
      }
    }
    return channel.flush();
  }

  private void goOn() throws IOException {
    piece = null;
    switch (ending) {
      case NONE -> {
        if (subscription != null) {
          subscription.request(1);
        }
      }
      case COMPLETE -> complete();
      case BROKEN -> breakOff();
    }
  }

  private void complete() throws IOException {
    if (ended || mayEnd.getAsBoolean()) { // before the last byte, with which the exchange ends
      ended = true;
      channel.shutdownWrites();
      if (channel.flush()) {
        over = true;
        exchange.endExchange();
      } else {
        channel.resumeWrites();
      }
    } else {
      over = true;
    }
  }

  /** Without chunks, closing the connection would be the proper end of the body. */
  private void resetIfEndless() {
    if (!exchange.isHttp11()) {
      try {
        exchange.getConnection().setOption(Options.CLOSE_ABORT, true);
      } catch (IOException alreadyClosed) {
        LOG.debug("A streamed reply broke off", alreadyClosed);
      }
    }
  }

  /** Closes the connection in the midst of the body, so that nobody takes it for the whole. */
  private void breakOff() {
    if (over) {
      return;
    }
    over = true;
    if (subscription != null) {
      subscription.cancel();
    }
    if (ended || mayEnd.getAsBoolean()) {
      exchange.setPersistent(false);
      resetIfEndless();
      IoUtils.safeClose(exchange.getConnection());
      exchange.endExchange();
    }
  }
}
