package io.github.vertexj.undertow;

import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.Readiness;
import io.github.vertexj.serving.RequestHead;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;

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
  private static final int MAX_DIGITS = 18;

  private final PredictionHandler handler;
  private final HttpHandler continuing = new HttpContinueReadHandler(this::accept);

  /** Creates an adapter, which neither starts nor closes the handler. */
  public PredictionHttpHandler(PredictionHandler handler) {
    this.handler = handler;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    boundLength(exchange.getRequestHeaders());
    ChunkedBody.guard(exchange);
    continuing.handleRequest(exchange);
  }

  /** A length of twenty digits would fail wherever Undertow reads it. */
  private static void boundLength(HeaderMap headers) {
    String length = headers.getFirst(Headers.CONTENT_LENGTH);
    if (length != null && length.length() > MAX_DIGITS) {
      headers.put(Headers.CONTENT_LENGTH, Long.MAX_VALUE);
    }
  }

  private void accept(HttpServerExchange exchange) {
    new HttpCall(exchange, handler.call(head(exchange)), this::draining).begin();
  }

  private static RequestHead head(HttpServerExchange exchange) {
    String path =
        exchange.isHostIncludedInRequestURI()
            ? exchange.getRequestPath()
            : exchange.getRequestURI();
    return new RequestHead(
        exchange.getRequestMethod().toString(),
        path,
        exchange.getQueryString().isEmpty() ? null : exchange.getQueryString(),
        exchange.getRequestHeaders()::getFirst);
  }

  private boolean draining() {
    return handler.readiness().state() == Readiness.State.DRAINING;
  }
}
