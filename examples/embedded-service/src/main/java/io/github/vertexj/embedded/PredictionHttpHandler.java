package io.github.vertexj.embedded;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.vertexj.serving.Call;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Reply;
import io.github.vertexj.serving.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * A handler for the JDK's HTTP server that answers the routes of a {@link PredictionHandler}: all
 * that an adapter has to do, with blocking calls.
 *
 * <p>The server needs a thread for each request that may come at once, or health would wait behind
 * predictions (C1.37). It does not say when a client goes away, so work for such a client is done
 * in vain, up to the next piece if the reply is streamed. Thread-safe.
 */
public final class PredictionHttpHandler implements HttpHandler {
  private static final int PIECE_BYTES = 16 * 1024;
  private static final int MOST_SKIPPED_BYTES = 1 << 20;
  private static final int CHUNKED = 0;

  private final PredictionHandler handler;
  private final Executor threads;

  /**
   * Creates an adapter, which neither starts nor closes the handler.
   *
   * @param threads send the replies that come when the request's own thread is gone or stuck
   */
  public PredictionHttpHandler(PredictionHandler handler, Executor threads) {
    this.handler = handler;
    this.threads = threads;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    RequestHead head =
        new RequestHead(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            exchange.getRequestURI().getRawQuery(),
            exchange.getRequestHeaders()::getFirst);
    Call call = handler.call(head);
    boolean complete = gather(exchange, call);
    // Before the call runs: its reply may come while a predictor holds up this thread.
    var unused = call.reply().thenAccept(reply -> send(reply, call, exchange));
    if (complete) {
      call.run(threads, true);
    }
  }

  /** Returns whether the body is complete, and the reply is not known yet. */
  private static boolean gather(HttpExchange exchange, Call call) throws IOException {
    if (call.reply().isDone()) {
      return false;
    }
    byte[] piece = new byte[PIECE_BYTES];
    InputStream in = exchange.getRequestBody();
    try {
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        if (!call.append(piece, 0, count)) {
          return false;
        }
      }
      return true;
    } catch (IOException brokenOff) {
      call.bodyBroken();
      return false;
    }
  }

  private static void send(Reply reply, Call call, HttpExchange exchange) {
    exchange.getResponseHeaders().set("Content-Type", reply.mediaType());
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    if (reply.stream() == null) {
      sendWhole(reply, call, exchange);
    } else {
      stream(reply.status(), reply.stream(), call, exchange);
    }
  }

  private static void sendWhole(Reply reply, Call call, HttpExchange exchange) {
    try (exchange;
        call) {
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(reply.length()));
        exchange.sendResponseHeaders(reply.status(), -1);
      } else {
        exchange.sendResponseHeaders(reply.status(), reply.length());
        exchange.getResponseBody().write(reply.body().array(), 0, reply.length());
        // Before the exchange closes: on JDK 25 that first waits for what is left of the body.
        exchange.getResponseBody().flush();
        skip(exchange.getRequestBody());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the client has gone; nobody is left to tell
    }
  }

  /**
   * Passes what is left of a body that was refused: a client that still sends when the connection
   * closes is told of a reset, not of the reply. The server itself passes 64 KiB at most.
   */
  private static void skip(InputStream rest) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    int left = MOST_SKIPPED_BYTES;
    for (int count = 0; count >= 0 && left > 0; left -= count) {
      count = rest.read(piece);
    }
  }

  private static void stream(
      int status, Flow.Publisher<ByteBuffer> pieces, Call call, HttpExchange exchange) {
    try {
      exchange.sendResponseHeaders(status, CHUNKED);
      pieces.subscribe(new PieceSender(exchange, call));
    } catch (IOException clientHasGone) {
      call.close(); // so that nobody goes on writing
      exchange.close();
    }
  }
}
