package io.github.vertexj;

import java.util.List;

/** A predictor behind a conversion, which knows of no request. */
record ConvertingPredictor<I, P, A, B>(Predictor<A, B> predictor, Conversion<I, P, A, B> conversion)
    implements Predictor<I, P> {

  @Override
  public List<P> predict(List<I> instances, Parameters parameters) throws Exception {
    List<A> converted =
        Conversion.each(
            instances, instance -> conversion.toModel().apply(instance, ReceivedRequest.NONE));
    return Conversion.each(predictor.predict(converted, parameters), conversion.fromModel());
  }

  @Override
  public void close() {
    predictor.close();
  }
}
