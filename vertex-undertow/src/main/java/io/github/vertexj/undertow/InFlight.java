package io.github.vertexj.undertow;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A count of the exchanges that are not over, to be waited for when the port closes.
 *
 * <p>It refuses nothing: whoever still asks then gets the handler's own 503, and the end of the
 * connection with it. Thread-safe.
 */
final class InFlight implements HttpHandler {
  private final HttpHandler next;
  private final AtomicInteger exchanges = new AtomicInteger();
  private final Object none = new Object();

  InFlight(HttpHandler next) {
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    exchanges.incrementAndGet();
    exchange.addExchangeCompleteListener(
        (over, following) -> {
          if (exchanges.decrementAndGet() == 0) {
            synchronized (none) {
              none.notifyAll();
            }
          }
          following.proceed();
        });
    next.handleRequest(exchange);
  }

  /** Waits until none is left, but no longer than so many milliseconds. */
  void awaitNone(long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    synchronized (none) {
      for (long left = millis; exchanges.get() > 0 && left > 0; ) {
        none.wait(left);
        left = (until - System.nanoTime()) / 1_000_000;
      }
    }
  }
}
