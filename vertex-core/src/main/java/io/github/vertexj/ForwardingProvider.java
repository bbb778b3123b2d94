package io.github.vertexj;

/**
 * A provider that passes every call on to another, to be extended by one that changes a few of
 * them: a warm-up of its own, other batches, predictors that are watched.
 *
 * <pre>{@code
 * final class WatchedProvider extends ForwardingProvider<Tensors, Tensors> {
 *   private final PredictorProvider<Tensors, Tensors> model = new TorchScriptProvider();
 *
 *   @Override
 *   protected PredictorProvider<Tensors, Tensors> delegate() {
 *     return model;
 *   }
 *
 *   @Override
 *   public Predictor<Tensors, Tensors> newPredictor(int worker) throws Exception {
 *     return new Watched(model.newPredictor(worker));
 *   }
 * }
 * }</pre>
 *
 * <p>Whoever makes predictors of its own overrides {@link #warmUp} too if the other provider wants
 * its own there. Types of its own are the business of {@link ConvertingProvider}, further handlers
 * that of {@link #with}. In front of a {@code ConvertingProvider}, predictors of its own or another
 * {@link #stackable} keep the conversions on the predictors' threads; behind it they do not. As
 * thread-safe as the other provider.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public abstract class ForwardingProvider<I, P> extends ProviderInFront<I, P> {

  /** Creates a provider. */
  protected ForwardingProvider() {}

  /** The provider that calls are passed on to. */
  protected abstract PredictorProvider<I, P> delegate();

  @Override
  final PredictorProvider<I, P> behind() {
    return delegate();
  }

  /** Whether a subclass says itself which instances may stand in one batch. */
  final boolean choosesStackable() {
    try {
      return getClass().getMethod("stackable", Object.class, Object.class).getDeclaringClass()
          != ForwardingProvider.class;
    } catch (NoSuchMethodException e) {
      throw new AssertionError("every provider has this method", e);
    }
  }

  @Override
  public Predictor<I, P> newPredictor(int worker) throws Exception {
    return delegate().newPredictor(worker);
  }

  @Override
  public void warmUp(Predictor<I, P> predictor, int maxBatchSize) throws Exception {
    delegate().warmUp(predictor, maxBatchSize);
  }

  @Override
  public InstanceReader<I> instanceReader() {
    return delegate().instanceReader();
  }

  @Override
  public PredictionWriter<P> predictionWriter() {
    return delegate().predictionWriter();
  }

  @Override
  public void register(Handlers<I, P> handlers) {
    delegate().register(handlers);
  }

  @Override
  public boolean stackable(I first, I second) {
    return delegate().stackable(first, second);
  }

  @Override
  public boolean servesAnyModel() {
    return delegate().servesAnyModel();
  }
}
