package io.github.vertexj.batch;

/** What each predictor has before its first batch: a thread, and what is done on it. */
@FunctionalInterface
public interface Preparation {

  /**
   * Prepares a predictor.
   *
   * @param predictor its place among the batcher's, counted from 0
   */
  void prepare(int predictor) throws Exception;

  /** Makes the thread of a predictor, which is not started. */
  default Thread newThread(Runnable work) {
    return new Thread(work);
  }
}
