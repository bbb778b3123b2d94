package io.github.vertexj.batch;

/** What is done with each predictor, on its own thread, before its first batch. */
@FunctionalInterface
public interface Preparation {

  /**
   * Prepares a predictor.
   *
   * @param predictor its place among the batcher's, counted from 0
   */
  void prepare(int predictor) throws Exception;
}
