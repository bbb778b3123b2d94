package io.github.vertexj;

import java.util.List;
import java.util.Set;

/**
 * A provider with a class of its own, as {@link java.util.ServiceLoader} wants one, that is made of
 * others; everything is passed on.
 *
 * <pre>{@code
 * public final class DigitProvider extends InstalledProvider<Tensor, Digit> {
 *   public DigitProvider() {
 *     super(
 *         TorchScriptProvider.of(IMAGE)
 *             .converted(Tensor.class, Tensors::of, scores -> Digit.of(scores.get(0))));
 *   }
 * }
 * }</pre>
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public abstract class InstalledProvider<I, P> implements PredictorProvider<I, P> {
  private final PredictorProvider<I, P> provider;

  /** Creates a provider that is another. */
  protected InstalledProvider(PredictorProvider<I, P> provider) {
    this.provider = provider;
  }

  @Override
  public final LoadedModel<I, P> load(DeployedModel model, LoadProgress progress) throws Exception {
    return provider.load(model, progress);
  }

  @Override
  public final Set<String> settingNames() {
    return provider.settingNames();
  }

  @Override
  public final List<Check> checks(DeployedModel model) {
    return provider.checks(model);
  }

  @Override
  public final boolean servesAnyModel() {
    return provider.servesAnyModel();
  }

  @Override
  public final boolean recognizes(DeployedModel model) {
    return provider.recognizes(model);
  }

  @Override
  public final void register(Handlers<I, P> handlers) {
    provider.register(handlers);
  }
}
