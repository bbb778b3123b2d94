package io.github.vertexj.client;

import java.time.Duration;

/**
 * The end of a call's time.
 *
 * @param timeout all of it
 */
record Deadline(Duration timeout, long nanoTime) {

  static Deadline after(Duration timeout) {
    return new Deadline(timeout, System.nanoTime() + timeout.toNanos());
  }

  /** The time that is left, at least a millisecond. */
  Duration left() {
    long left = nanoTime - System.nanoTime();
    return Duration.ofNanos(Math.max(1_000_000, left));
  }

  /** Whether a pause ends in time. */
  boolean allows(Duration pause) {
    return pause.toNanos() < nanoTime - System.nanoTime();
  }

  EndpointException exceeded(Throwable cause) {
    return EndpointException.unanswered("there was no answer within " + seconds(), cause);
  }

  private String seconds() {
    double seconds = timeout.toMillis() / 1000.0;
    return (seconds == Math.rint(seconds)
            ? Long.toString((long) seconds)
            : Double.toString(seconds))
        + " s";
  }
}
