package io.github.vertexj;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A provider that needs what another needs, and loads what that loads with something changed.
 *
 * @param behind the other
 */
record ComposedProvider<I, P>(
    PredictorProvider<?, ?> behind,
    Loading<I, P> loading,
    Consumer<Handlers<I, P>> handlers,
    boolean servesAnyModel)
    implements PredictorProvider<I, P> {

  /** What loads a model. */
  interface Loading<I, P> {
    LoadedModel<I, P> load(DeployedModel model, LoadProgress progress) throws Exception;
  }

  /** Changes a model, or closes it if that fails. */
  static <A, B, I, P> LoadedModel<I, P> changed(
      LoadedModel<A, B> loaded, Function<LoadedModel<A, B>, LoadedModel<I, P>> change) {
    try {
      return change.apply(loaded);
    } catch (Throwable failure) {
      loaded.close();
      throw failure;
    }
  }

  @Override
  public LoadedModel<I, P> load(DeployedModel model, LoadProgress progress) throws Exception {
    return loading.load(model, progress);
  }

  @Override
  public Set<String> settingNames() {
    return behind.settingNames();
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    return behind.checks(model);
  }

  @Override
  public boolean recognizes(DeployedModel model) {
    return behind.recognizes(model);
  }

  @Override
  public void register(Handlers<I, P> register) {
    handlers.accept(register);
  }
}
