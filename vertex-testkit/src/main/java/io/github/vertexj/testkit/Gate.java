package io.github.vertexj.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A place in a test's predictor where calls wait until the test lets all of them pass.
 *
 * <p>Thread-safe.
 */
final class Gate {
  /** Far longer than anything here takes on the slowest machine. */
  static final long PATIENCE_SECONDS = 30;

  private final Semaphore arrivals = new Semaphore(0);
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Arrives, and waits until the gate is open. */
  void pass() {
    arrivals.release();
    try {
      if (!opened.await(2 * PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody opened the gate");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("the predictor's thread was interrupted", e);
    }
  }

  /** Waits until so many more calls have arrived. */
  void awaitArrivals(int calls) throws InterruptedException {
    if (!arrivals.tryAcquire(calls, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(
          "%d calls of the predictor were expected, %d came"
              .formatted(calls, arrivals.availablePermits()));
    }
  }

  /** How many calls have arrived that nobody has awaited. */
  int arrivals() {
    return arrivals.availablePermits();
  }

  /** Lets all calls pass, those to come too. */
  void open() {
    opened.countDown();
  }
}
