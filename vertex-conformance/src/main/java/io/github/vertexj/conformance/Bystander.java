package io.github.vertexj.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A client that does nothing wrong: it asks for a prediction and for health, over and over, while
 * others do harm. Its daemon thread ends when this is closed.
 */
final class Bystander implements AutoCloseable {
  private static final int PAUSE_MILLIS = 50;

  private final Server server;
  private final Request prediction;
  private final List<Exchange> predictions = Collections.synchronizedList(new ArrayList<>());
  private final List<Exchange> health = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread = Load.daemon(this::goOn);
  private volatile boolean over;

  Bystander(Server server, Request prediction) {
    this.server = server;
    this.prediction = prediction;
    thread.start();
  }

  private void goOn() {
    while (!over) {
      Exchange predicted = server.send(prediction).shortened();
      predictions.add(predicted);
      Exchange asked = server.health().shortened();
      health.add(asked);
      over |= !predicted.answered() || !asked.answered();
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  Server server() {
    return server;
  }

  /** How often it has asked for both. */
  int rounds() {
    return health.size();
  }

  /** Whether a request of its was not answered in time, after which there is no need to go on. */
  boolean gaveUp() {
    return over;
  }

  /** Ends it and tells how it fared; a clause is broken if it fared badly. */
  String fared() throws Verdict, InterruptedException {
    close();
    thread.join(); // each exchange has its own time limit
    for (Exchange exchange : health) {
      exchange.expect(200);
    }
    long good = 0;
    for (Exchange exchange : predictions) {
      int status = exchange.answer().status();
      if (status != 200 && status != 429 && status != 503) {
        throw Verdict.broken("a good client's prediction failed", exchange);
      }
      good += status == 200 ? 1 : 0;
    }
    String counts = good + " of " + predictions.size() + " good predictions answered";
    if (2 * good < predictions.size()) {
      throw Verdict.broken("only " + counts, lastRefused());
    }
    return counts;
  }

  private Exchange lastRefused() {
    return predictions.stream()
        .filter(exchange -> exchange.status() != 200)
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  @Override
  public void close() {
    over = true;
  }
}
