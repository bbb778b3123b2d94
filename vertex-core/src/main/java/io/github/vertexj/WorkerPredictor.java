package io.github.vertexj;

import java.util.List;

/**
 * The predictor of one worker, and what makes it fast before its first batch.
 *
 * <p>As thread-safe as every {@link Predictor}: for one thread at a time.
 *
 * @param <I> an instance as a client sends it
 * @param <A> an instance as the predictor takes it
 * @param <B> a prediction as the predictor makes it
 */
public final class WorkerPredictor<I, A, B> implements Predictor<A, B> {
  private final Predictor<A, B> predictor;
  private final Preparation<I> preparation;

  /** What is done with a predictor before its first batch. */
  interface Preparation<I> {
    void run(List<I> samples, int maxBatchSize) throws Exception;
  }

  WorkerPredictor(Predictor<A, B> predictor, Preparation<I> preparation) {
    this.predictor = predictor;
    this.preparation = preparation;
  }

  /**
   * Runs the predictor until it is as fast as it will be; to be called on the thread that its
   * worker has, as what a GPU's libraries prepare is a thread's own.
   *
   * @param samples instances as a client sends them; empty if there are none
   * @param maxBatchSize the largest batch that the predictor will be given
   * @throws StartException if the model cannot be served, as one line tells
   */
  public void warmUp(List<I> samples, int maxBatchSize) throws Exception {
    preparation.run(samples, maxBatchSize);
  }

  @Override
  public List<B> predict(List<A> instances, Parameters parameters) throws Exception {
    return predictor.predict(instances, parameters);
  }

  @Override
  public void close() {
    predictor.close();
  }
}
