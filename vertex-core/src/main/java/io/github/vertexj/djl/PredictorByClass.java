package io.github.vertexj.djl;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.util.List;
import java.util.Map;

/**
 * Predicts instances of several classes, each by a translator of its own; those of a batch are of
 * one class.
 */
record PredictorByClass(Map<Class<?>, TranslatedPredictor> predictors)
    implements Predictor<Object, Object> {

  @Override
  public List<Object> predict(List<Object> instances, Parameters parameters) throws Exception {
    TranslatedPredictor predictor = predictors.get(instances.get(0).getClass());
    if (predictor == null) {
      throw new InvalidInputException("the model takes no instances of this kind");
    }
    return predictor.predict(instances, parameters);
  }

  /** The model is that of each of them. */
  @Override
  public void close() {
    predictors.values().iterator().next().close();
  }
}
