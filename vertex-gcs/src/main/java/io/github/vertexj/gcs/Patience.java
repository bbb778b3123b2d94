package io.github.vertexj.gcs;

import java.time.Duration;

/**
 * How long to put up with a slow or failing network.
 *
 * @param silence how long a connection may bring nothing before it counts as stalled
 * @param attempts how often the same thing is tried in all
 * @param firstPause how long to wait before the second attempt; each later pause is twice as long
 */
record Patience(Duration silence, int attempts, Duration firstPause) {

  /** Half a minute of pauses in all, or two and a half minutes if each connection stalls. */
  static final Patience USUAL = new Patience(Duration.ofSeconds(20), 6, Duration.ofSeconds(1));
}
