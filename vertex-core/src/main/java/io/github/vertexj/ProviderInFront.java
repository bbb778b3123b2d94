package io.github.vertexj;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A provider in front of another: it passes on all that does not depend on the types of instances
 * and predictions.
 */
abstract class ProviderInFront<I, P> implements PredictorProvider<I, P> {

  /** The provider behind this one. */
  abstract PredictorProvider<?, ?> behind();

  @Override
  public void load(DeployedModel model, LoadProgress progress) throws Exception {
    behind().load(model, progress);
  }

  @Override
  public int workers() {
    return behind().workers();
  }

  @Override
  public boolean ownThreads() {
    return behind().ownThreads();
  }

  @Override
  public BatchPolicy batchPolicy() {
    return behind().batchPolicy();
  }

  @Override
  public @Nullable Function<Parameters, @Nullable Object> metadata() {
    return behind().metadata();
  }

  @Override
  public String device() {
    return behind().device();
  }

  @Override
  public Set<String> settingNames() {
    return behind().settingNames();
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    return behind().checks(model);
  }

  @Override
  public void close() {
    behind().close();
  }
}
