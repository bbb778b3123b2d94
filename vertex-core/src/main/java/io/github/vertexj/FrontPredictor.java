package io.github.vertexj;

import java.util.List;
import java.util.function.UnaryOperator;

/** A predictor in front of another, both of which are closed. */
record FrontPredictor<I, P>(Predictor<I, P> front, Predictor<I, P> behind)
    implements Predictor<I, P> {

  /** Puts a predictor in front of one, which is closed if that fails. */
  static <I, P> FrontPredictor<I, P> of(
      UnaryOperator<Predictor<I, P>> mapping, Predictor<I, P> behind) {
    try {
      Predictor<I, P> unclosed = (instances, parameters) -> behind.predict(instances, parameters);
      return new FrontPredictor<>(mapping.apply(unclosed), behind);
    } catch (Throwable failure) {
      behind.close();
      throw failure;
    }
  }

  @Override
  public List<P> predict(List<I> instances, Parameters parameters) throws Exception {
    return front.predict(instances, parameters);
  }

  @Override
  public void close() {
    try {
      front.close();
    } finally {
      behind.close();
    }
  }
}
