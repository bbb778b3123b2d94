package io.github.vertexj.emulator;

import java.util.function.Predicate;

/**
 * One probe of one run of a container: when it is due next, and what its answers amount to.
 *
 * <p>Time is an argument. Not thread-safe.
 */
final class ProbeTask {
  private final Probe probe;
  private long due;
  private int goodInARow;
  private int badInARow;
  private boolean passing;

  /** Creates a task that has not passed yet. */
  ProbeTask(Probe probe, long now) {
    this.probe = probe;
    this.due = now + probe.initialDelay().toNanos();
  }

  long due() {
    return due;
  }

  /** Whether there were enough good answers in a row, and since then not enough bad ones. */
  boolean passing() {
    return passing;
  }

  /** Whether there were enough bad answers in a row, up to the last. */
  boolean failed() {
    return badInARow >= probe.failureThreshold();
  }

  /** Probes if it is time to. */
  void tick(long now, Predicate<Probe> good) {
    if (now < due) {
      return;
    }
    due = now + probe.period().toNanos();
    if (good.test(probe)) {
      badInARow = 0;
      goodInARow++;
      passing |= goodInARow >= probe.successThreshold();
    } else {
      goodInARow = 0;
      badInARow++;
      passing &= !failed();
    }
  }
}
