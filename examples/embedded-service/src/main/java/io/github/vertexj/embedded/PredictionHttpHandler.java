package io.github.vertexj.embedded;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.vertexj.serving.Body;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Reply;
import io.github.vertexj.serving.RequestHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
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
    Reply reply = handler.answer(head);
    if (reply == null) {
      predict(head, exchange);
    } else {
      send(reply, exchange);
    }
  }

  private void predict(RequestHead head, HttpExchange exchange) throws IOException {
    Body body = handler.newBody(head);
    boolean complete = false;
    try {
      complete = gather(exchange.getRequestBody(), body);
    } finally {
      if (!complete) { // too large, or the client has gone
        body.close();
      }
    }
    if (complete) {
      CompletableFuture<Reply> promise = new CompletableFuture<>();
      var unused = promise.thenAccept(reply -> send(reply, exchange));
      handler.predict(head, body, threads, promise);
    } else {
      send(body.refusal(), exchange);
    }
  }

  private static boolean gather(InputStream in, Body body) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
      if (!body.append(piece, 0, count)) {
        return false;
      }
    }
    return true;
  }

  private static void send(Reply reply, HttpExchange exchange) {
    exchange.getResponseHeaders().set("Content-Type", reply.mediaType());
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    if (reply.stream() == null) {
      sendWhole(reply, exchange);
    } else {
      stream(reply, reply.stream(), exchange);
    }
  }

  private static void sendWhole(Reply reply, HttpExchange exchange) {
    try (exchange;
        reply) {
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
      Reply reply, Flow.Publisher<ByteBuffer> pieces, HttpExchange exchange) {
    try {
      exchange.sendResponseHeaders(reply.status(), CHUNKED);
      pieces.subscribe(new PieceSender(exchange));
    } catch (IOException clientHasGone) {
      reply.close(); // so that nobody goes on writing
      exchange.close();
    }
  }
}
