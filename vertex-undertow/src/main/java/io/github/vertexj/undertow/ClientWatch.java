package io.github.vertexj.undertow;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.xnio.ChannelListener;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * A look-out for the client closing its connection while it waits for a reply (C3.22).
 *
 * <p>Undertow leaves a connection unread between a request and its reply. This reads on: the end of
 * the stream means that the client has gone; bytes are the next request, sent early, and are pushed
 * back for later. A client that closes only its sending half counts as gone, too.
 *
 * <p>The I/O thread looks, any thread stops: the state makes sure that nobody looks at a connection
 * whose reply is being sent.
 */
final class ClientWatch implements ChannelListener<ConduitStreamSourceChannel> {
  private enum State {
    IDLE,
    WATCHING,
    LOOKING,
    GONE,
    STOPPED
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private final HttpServerExchange exchange;
  private final Runnable whenGone;

  /**
   * Creates a watch that has not started.
   *
   * @param whenGone runs on the I/O thread
   */
  ClientWatch(HttpServerExchange exchange, Runnable whenGone) {
    this.exchange = exchange;
    this.whenGone = whenGone;
  }

  /** Starts to watch, once the body has been read; without effect if more than that has been. */
  void start() {
    if (exchange.isInIoThread()
        && exchange.getConnection() instanceof HttpServerConnection connection
        && connection.getExtraBytes() == null) {
      state.set(State.WATCHING);
      connection.getChannel().getSourceChannel().setReadListener(this);
      connection.getOriginalSourceConduit().resumeReads();
    }
  }

  @Override
  public void handleEvent(ConduitStreamSourceChannel channel) {
    if (state.compareAndSet(State.WATCHING, State.LOOKING)) {
      boolean gone = look((HttpServerConnection) exchange.getConnection());
      state.set(gone ? State.GONE : State.WATCHING);
      if (gone) {
        whenGone.run();
      }
    }
  }

  private static boolean look(HttpServerConnection connection) {
    PooledByteBuffer pooled = connection.getByteBufferPool().allocate();
    int count;
    try {
      count = connection.getOriginalSourceConduit().read(pooled.getBuffer());
    } catch (IOException reset) {
      count = -1;
    }
    if (count > 0) {
      pooled.getBuffer().flip();
      connection.ungetRequestBytes(pooled);
      connection.getOriginalSourceConduit().suspendReads();
    } else {
      pooled.close();
    }
    return count < 0;
  }

  /** Whether the client was seen to go. */
  boolean gone() {
    return state.get() == State.GONE;
  }

  /**
   * Stops watching, for good.
   *
   * @return true, once, to whoever may now reply; false if the client has gone
   */
  boolean stop() {
    if (state.compareAndSet(State.IDLE, State.STOPPED)) {
      return true;
    }
    while (!state.compareAndSet(State.WATCHING, State.STOPPED)) {
      if (state.get() != State.LOOKING) {
        return false;
      }
      Thread.onSpinWait(); // a look takes one read, which does not block
    }
    HttpServerConnection connection = (HttpServerConnection) exchange.getConnection();
    connection.getOriginalSourceConduit().suspendReads();
    connection.getChannel().getSourceChannel().setReadListener(null);
    return true;
  }
}
