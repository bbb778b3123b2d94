package io.github.vertexj;

import java.util.ArrayList;
import java.util.List;

/**
 * A provider that puts types of your own in front of a model that another provider serves, as when
 * tensors become a record.
 *
 * <p>Only the two conversions are left to write; everything else is the model's. Both must be
 * thread-safe.
 *
 * @param <I> an instance as the caller sends it
 * @param <P> a prediction as the caller gets it
 * @param <A> an instance as the model takes it
 * @param <B> a prediction as the model makes it
 */
public abstract class ConvertingProvider<I, P, A, B> extends ProviderInFront<I, P> {
  private final PredictorProvider<A, B> model;

  /** Creates a provider in front of another, which it owns from now on. */
  protected ConvertingProvider(PredictorProvider<A, B> model) {
    this.model = model;
  }

  /**
   * Converts an instance.
   *
   * @throws InvalidInputException if it is not one the model can take
   */
  protected abstract A toModel(I instance);

  /** Converts a prediction. */
  protected abstract P fromModel(B prediction);

  @Override
  final PredictorProvider<A, B> behind() {
    return model;
  }

  @Override
  public Predictor<I, P> newPredictor(int worker) throws Exception {
    return new Converting(model.newPredictor(worker));
  }

  @Override
  @SuppressWarnings("unchecked") // a predictor that comes here was made by newPredictor above
  public void warmUp(Predictor<I, P> predictor, int maxBatchSize) throws Exception {
    model.warmUp(((Converting) predictor).predictor, maxBatchSize);
  }

  /**
   * Whether two instances may stand in one batch, which the model is asked about both, converted.
   *
   * <p>It is asked while batches are formed and nothing else is: where conversions take long, as
   * that of an image does, override it with what the instances themselves tell, or {@code true} if
   * all are of one shape.
   */
  @Override
  public boolean stackable(I first, I second) {
    return model.stackable(toModel(first), toModel(second));
  }

  private final class Converting implements Predictor<I, P> {
    private final Predictor<A, B> predictor;

    Converting(Predictor<A, B> predictor) {
      this.predictor = predictor;
    }

    @Override
    public List<P> predict(List<I> instances, Parameters parameters) throws Exception {
      List<B> predictions = predictor.predict(allToModel(instances), parameters);
      List<P> results = new ArrayList<>(predictions.size());
      for (B prediction : predictions) {
        results.add(fromModel(prediction));
      }
      return results;
    }

    private List<A> allToModel(List<I> instances) {
      List<A> converted = new ArrayList<>(instances.size());
      for (I instance : instances) {
        try {
          converted.add(toModel(instance));
        } catch (InvalidInputException e) { // which instance it is, is known only here
          throw InvalidInputException.at(converted.size(), String.valueOf(e.getMessage()));
        }
      }
      return converted;
    }

    @Override
    public void close() {
      predictor.close();
    }
  }
}
