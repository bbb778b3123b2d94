package io.github.vertexj.undertow;

import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Readiness;
import io.github.vertexj.serving.Reply;
import io.github.vertexj.serving.RequestHead;
import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.WorkerUtils;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.channels.Channels;
import org.xnio.channels.StreamSourceChannel;

/**
 * An Undertow handler that answers the two routes of a {@link PredictionHandler}.
 *
 * <p>Health, and all else that needs no body, is answered on the I/O thread and never queues behind
 * predictions (C1.37). Once its body is complete, a prediction goes to Undertow's workers, or, if
 * it is one of few tensors, straight to the predictors. Of Undertow's options, {@code DECODE_URL}
 * must be false, since the routes want the path as it came, and {@code MAX_ENTITY_SIZE} -1, since
 * the handler has a cap of its own. Thread-safe.
 */
public final class PredictionHttpHandler implements HttpHandler {
  private static final int LINGER_SECONDS = 1;
  private static final int SKIPPED_BYTES = 1024 * 1024;
  private static final int DISCARDED_AT_ONCE = 1024 * 1024;

  private final PredictionHandler handler;
  private final HttpHandler continuing = new HttpContinueReadHandler(this::accept);

  /** Creates an adapter, which neither starts nor closes the handler. */
  public PredictionHttpHandler(PredictionHandler handler) {
    this.handler = handler;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    ChunkedBody.guard(exchange);
    continuing.handleRequest(exchange);
  }

  private void accept(HttpServerExchange exchange) {
    String path =
        exchange.isHostIncludedInRequestURI()
            ? exchange.getRequestPath()
            : exchange.getRequestURI();
    RequestHead head =
        new RequestHead(
            exchange.getRequestMethod().toString(),
            path,
            exchange.getQueryString().isEmpty() ? null : exchange.getQueryString(),
            exchange.getRequestHeaders()::getFirst);
    Reply reply = handler.answer(head);
    if (reply == null) {
      new PredictionCall(this, handler, head, exchange).readBody();
    } else if (skippable(exchange)) {
      send(exchange, reply);
    } else if (exchange.getRequestContentLength() < 0) {
      new SkippedBody(this, exchange, reply, SKIPPED_BYTES).skip();
    } else {
      refuseBody(exchange, reply);
    }
  }

  private static boolean skippable(HttpServerExchange exchange) {
    long announced = exchange.getRequestContentLength();
    return exchange.isRequestComplete() || (announced >= 0 && announced <= SKIPPED_BYTES);
  }

  /** Sends a reply; what is left of the body is then skipped, so that the connection lives on. */
  void send(HttpServerExchange exchange, Reply reply) {
    send(exchange, reply, exchange::endExchange);
  }

  /**
   * Sends a reply instead of taking the rest of the body, and closes the connection a little later:
   * closed at once, the client's system would drop the reply while it still sends.
   */
  void refuseBody(HttpServerExchange exchange, Reply reply) {
    exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
    send(exchange, reply, () -> linger(exchange));
  }

  private void send(HttpServerExchange exchange, Reply reply, Runnable afterwards) {
    writeHead(exchange, reply);
    exchange.getResponseHeaders().put(Headers.CONTENT_LENGTH, reply.length());
    exchange.getResponseSender().send(reply.body(), new Sent(reply, afterwards));
  }

  /** Sets what precedes a reply's body, but for its length. */
  void writeHead(HttpServerExchange exchange, Reply reply) {
    exchange.setStatusCode(reply.status());
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(Headers.CONTENT_TYPE, reply.mediaType());
    reply.headers().forEach((name, value) -> headers.put(HttpString.tryFromString(name), value));
    if (handler.readiness().state() == Readiness.State.DRAINING) {
      headers.put(Headers.CONNECTION, "close"); // the next request had better go elsewhere
    }
  }

  private static void linger(HttpServerExchange exchange) {
    StreamSourceChannel acquired = Connectors.getExistingRequestChannel(exchange);
    StreamSourceChannel channel = acquired == null ? exchange.getRequestChannel() : acquired;
    channel.getReadSetter().set(rest -> discard(rest, exchange));
    channel.resumeReads();
    WorkerUtils.executeAfter(
        exchange.getIoThread(), exchange::endExchange, LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private static void discard(StreamSourceChannel rest, HttpServerExchange exchange) {
    try {
      if (Channels.drain(rest, DISCARDED_AT_ONCE) < 0) {
        exchange.endExchange();
      }
    } catch (IOException brokenOff) {
      exchange.endExchange();
    }
  }

  /** What remains to be done when a reply has gone out, or never will. */
  private record Sent(Reply reply, Runnable afterwards) implements IoCallback {
    @Override
    public void onComplete(HttpServerExchange exchange, Sender sender) {
      reply.close();
      afterwards.run();
    }

    @Override
    public void onException(HttpServerExchange exchange, Sender sender, IOException failure) {
      reply.close();
      IoUtils.safeClose(exchange.getConnection());
      exchange.endExchange();
    }
  }
}
