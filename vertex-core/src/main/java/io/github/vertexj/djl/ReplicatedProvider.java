package io.github.vertexj.djl;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A provider of predictors that share a TorchScript model, loaded once on each of its devices. */
abstract class ReplicatedProvider<I, P> implements PredictorProvider<I, P> {
  private @Nullable Replicas replicas;

  /**
   * Loads the model on its devices.
   *
   * @throws StartException saying in one line what is missing or wrong
   */
  final Replicas load(DeployedModel model, TorchSettings settings, LoadProgress progress) {
    Replicas loaded = Replicas.load(model, settings, progress);
    replicas = loaded;
    return loaded;
  }

  /** The model on its devices. */
  final Replicas loaded() {
    if (replicas == null) {
      throw new IllegalStateException("load must come first");
    }
    return replicas;
  }

  @Override
  public int workers() {
    return loaded().plan().workers();
  }

  @Override
  public boolean ownThreads() {
    return loaded().plan().onGpus();
  }

  @Override
  public String device() {
    return loaded().plan().names();
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    return NativePreflight.checks(model);
  }

  /** Closes the model when the predictions under way have ended; later ones are refused. */
  @Override
  public void close() {
    if (replicas != null) {
      replicas.close();
    }
  }
}
