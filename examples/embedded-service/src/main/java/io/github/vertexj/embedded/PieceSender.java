package io.github.vertexj.embedded;

import com.sun.net.httpserver.HttpExchange;
import io.github.vertexj.serving.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Sends the pieces of a streamed reply with blocking writes, each flushed before the next is asked
 * for.
 *
 * <p>Its signals come one at a time, on the thread that writes the pieces, which a slow client thus
 * holds up.
 */
final class PieceSender implements Flow.Subscriber<ByteBuffer> {
  private final HttpExchange exchange;
  private final Call call;
  private Flow.@Nullable Subscription subscription;

  /** Creates a sender for an exchange whose headers are sent. */
  PieceSender(HttpExchange exchange, Call call) {
    this.exchange = exchange;
    this.call = call;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    newSubscription.request(1);
  }

  @Override
  public void onNext(ByteBuffer piece) {
    Flow.Subscription stream = Objects.requireNonNull(subscription);
    try {
      OutputStream out = exchange.getResponseBody();
      out.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
      out.flush();
      stream.request(1);
    } catch (IOException clientHasGone) {
      call.close();
      exchange.close();
    }
  }

  @Override
  public void onComplete() {
    call.close();
    exchange.close(); // writes the last chunk
  }

  /** Closes the connection without the last chunk, or the client would take this for the whole. */
  @Override
  public void onError(Throwable failure) {
    call.close();
    exchange.setStreams(null, new BrokenStream());
    exchange.close();
  }

  /** Fails when it is closed, after which the server closes the connection. */
  private static final class BrokenStream extends OutputStream {
    @Override
    public void write(int unused) throws IOException {
      throw new IOException("the reply broke off");
    }

    @Override
    public void close() throws IOException {
      throw new IOException("the reply broke off");
    }
  }
}
