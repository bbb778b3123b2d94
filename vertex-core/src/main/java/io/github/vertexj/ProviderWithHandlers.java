package io.github.vertexj;

import java.util.function.Consumer;

/** Another provider, and further handlers. */
final class ProviderWithHandlers<I, P> extends ForwardingProvider<I, P> {
  private final PredictorProvider<I, P> provider;
  private final Consumer<Handlers<I, P>> more;

  ProviderWithHandlers(PredictorProvider<I, P> provider, Consumer<Handlers<I, P>> more) {
    this.provider = provider;
    this.more = more;
  }

  @Override
  protected PredictorProvider<I, P> delegate() {
    return provider;
  }

  @Override
  public void register(Handlers<I, P> handlers) {
    provider.register(handlers);
    more.accept(handlers);
  }
}
