package io.github.vertexj;

import java.util.List;

/**
 * The predictors of a model behind their batcher, as one request may use them.
 *
 * <p>Its calls are joined into batches with those of other requests, wait their turn, and fail as
 * an envelope's would; the failures go back to the caller of the request unless the handler catches
 * them. Thread-safe.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public interface BatchedPredictor<I, P> {

  /**
   * Predicts instances; blocks until that is done.
   *
   * @param instances any number; must not change meanwhile
   * @return one prediction per instance, in order, in an unmodifiable list
   * @throws InvalidInputException if an instance is at fault
   * @throws OverloadedException if too much waits already
   * @throws ClientGoneException if nobody waits for the reply any more
   * @throws RuntimeException if the predictor failed or was not done in time
   */
  List<P> predict(List<I> instances, Parameters parameters);

  /** Predicts one instance without parameters; see {@link #predict(List, Parameters)}. */
  default P predict(I instance) {
    return predict(List.of(instance), Parameters.absent()).get(0);
  }

  /**
   * Whether nobody waits for the reply any more, for work that neither predicts nor streams
   * meanwhile.
   */
  boolean abandoned();
}
