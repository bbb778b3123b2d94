package io.github.vertexj.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The preparation of each of a batcher's predictors, one at a time, and none after one has failed.
 *
 * <p>Thread-safe.
 */
final class Preparations {
  private final Preparation preparation;
  private final List<FutureTask<Boolean>> tasks = new ArrayList<>();
  private boolean failed; // guarded by this

  Preparations(Preparation preparation, int predictors) {
    this.preparation = preparation;
    for (int i = 0; i < predictors; i++) {
      int predictor = i;
      tasks.add(new FutureTask<>(() -> prepare(predictor)));
    }
  }

  private synchronized boolean prepare(int predictor) throws Exception {
    if (!failed) {
      failed = true; // unless the next line returns
      preparation.prepare(predictor);
      failed = false;
    }
    return !failed;
  }

  /** Makes the thread of a predictor, which prepares it first. */
  Thread newThread(int predictor, Runnable work) {
    FutureTask<Boolean> first = tasks.get(predictor);
    return preparation.newThread(
        () -> {
          first.run();
          work.run();
        });
  }

  /**
   * Waits until all are prepared.
   *
   * @throws Exception of the preparation that failed
   */
  void await() throws Exception {
    for (FutureTask<Boolean> task : tasks) {
      try {
        task.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw e.getCause() instanceof Exception failure ? failure : e;
      }
    }
  }
}
