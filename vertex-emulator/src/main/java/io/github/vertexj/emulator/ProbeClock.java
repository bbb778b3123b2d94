package io.github.vertexj.emulator;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The time that probes live in: the real one, a faster one, or one that is moved by hand.
 *
 * <p>Thread-safe.
 */
final class ProbeClock {
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

  private final LongSupplier nanos;
  private final double scale;
  private final boolean manual;
  private final AtomicLong moved;

  private ProbeClock(LongSupplier nanos, double scale, boolean manual, AtomicLong moved) {
    this.nanos = nanos;
    this.scale = scale;
    this.manual = manual;
    this.moved = moved;
  }

  /** Returns a clock on which a second lasts {@code scale} seconds. */
  static ProbeClock scaled(double scale) {
    if (!(scale > 0 && scale <= 1)) {
      throw new IllegalArgumentException("a time scale is above 0 and at most 1, not " + scale);
    }
    long start = System.nanoTime();
    LongSupplier nanos = () -> (long) ((System.nanoTime() - start) / scale);
    return new ProbeClock(nanos, scale, false, new AtomicLong());
  }

  /**
   * Returns a clock that stands still unless it is moved; waiting for an answer takes real time.
   */
  static ProbeClock manual() {
    AtomicLong moved = new AtomicLong();
    return new ProbeClock(moved::get, 1, true, moved);
  }

  boolean isManual() {
    return manual;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  void moveTo(long now) {
    moved.set(now);
  }

  /**
   * The real time that is waited for an answer: not below a second on a faster clock either, so
   * that a busy machine is not taken for a sick server.
   */
  Duration patience(Duration timeout) {
    Duration scaled = Duration.ofNanos((long) (timeout.toNanos() * scale));
    Duration least = timeout.compareTo(LEAST_PATIENCE) < 0 ? timeout : LEAST_PATIENCE;
    return scaled.compareTo(least) < 0 ? least : scaled;
  }
}
