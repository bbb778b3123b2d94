package io.github.vertexj;

/** A provider of one predictor that exists already. */
record SinglePredictorProvider<I, P>(InstanceReader<I> instanceReader, Predictor<I, P> predictor)
    implements PredictorProvider<I, P> {

  @Override
  public Predictor<I, P> newPredictor(int worker) {
    return predictor;
  }
}
