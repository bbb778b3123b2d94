package io.github.vertexj.undertow;

import io.github.vertexj.serving.PredictionHandler;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a model server stops in visible steps (C1.45).
 *
 * @param delay how long predictions are still served once health says 503, since traffic needs that
 *     long to go elsewhere
 * @param patience how long the accepted predictions may take to finish then
 */
record Drain(Duration delay, Duration patience) {
  private static final Logger LOG = LoggerFactory.getLogger(ModelServer.class);

  /** Stops; an interrupt shortens the first step. */
  void run(PredictionHandler handler, HttpPort http) {
    handler.unready();
    LOG.info(
        "Draining: health says 503, predictions are served for another {} s", delay.toSeconds());
    boolean interrupted = pause();
    LOG.info("Finishing the accepted predictions, within {} s", patience.toSeconds());
    boolean finished = handler.close(patience);
    http.close();
    LOG.info(finished ? "Closed" : "Closed with predictions unfinished");
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean pause() {
    try {
      Thread.sleep(delay.toMillis());
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }
}
