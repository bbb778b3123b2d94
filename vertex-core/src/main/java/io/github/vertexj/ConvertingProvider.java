package io.github.vertexj;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider that puts types of your own in front of a model that another provider serves, as when
 * tensors become a record.
 *
 * <p>Only the two conversions are left to write; everything else is the model's. They may take
 * time, as the decoding of an image does: a server runs them beside the model, once for each
 * instance and each prediction, on the threads that read requests and write replies, or on that of
 * the handler that asks for predictions. (One that waits, as for another server, holds up such a
 * thread, of which there are few.) Both must be thread-safe; neither is called after {@link
 * #close}.
 *
 * <p>What they throw concerns no other request. An {@link InvalidInputException} of either is the
 * fault of that one instance, whose place the caller is told; anything else is the server's.
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
   * @param instance valid until its prediction is written: what is returned may be a view of it
   * @throws InvalidInputException if it is not one the model can take
   */
  protected abstract A toModel(I instance);

  /**
   * Converts a prediction; what is returned may be a view of it.
   *
   * @throws InvalidInputException if its instance turns out to be at fault
   */
  protected abstract P fromModel(B prediction);

  @Override
  final PredictorProvider<A, B> behind() {
    return model;
  }

  /** The model's own predictor behind one that was made here; null if it was not. */
  @SuppressWarnings("unchecked") // one of this very provider's has its types
  final @Nullable Predictor<A, B> behind(Predictor<I, P> predictor) {
    return predictor instanceof ConvertingProvider<?, ?, ?, ?>.Converting converting
            && converting.provider() == this
        ? (Predictor<A, B>) converting.predictor
        : null;
  }

  /**
   * Makes a predictor that converts, for a program of its own; a server takes it apart, unless a
   * subclass gives it another.
   */
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
   * Whether two instances may stand in one batch, which is up to the model: it is asked about both,
   * converted. A server has converted them already and asks it directly; so whoever wants other
   * batches puts a {@link ForwardingProvider} between this one and the model.
   */
  @Override
  public final boolean stackable(I first, I second) {
    return model.stackable(toModel(first), toModel(second));
  }

  private final class Converting implements Predictor<I, P> {
    private final Predictor<A, B> predictor;

    Converting(Predictor<A, B> predictor) {
      this.predictor = predictor;
    }

    ConvertingProvider<I, P, A, B> provider() {
      return ConvertingProvider.this;
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
