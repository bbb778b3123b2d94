package io.github.vertexj.attack;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.Handlers;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;

/** The provider that both servers find: the model that a variable names. */
public final class VictimProvider implements PredictorProvider<Object, Object> {
  private final PredictorProvider<Object, Object> chosen;

  /** Creates the provider, which the ServiceLoader does. */
  @SuppressWarnings("unchecked") // instances come from its own reader, predictions go to its writer
  public VictimProvider() {
    chosen = (PredictorProvider<Object, Object>) VictimModel.ofThisProcess().provider();
  }

  @Override
  public LoadedModel<Object, Object> load(DeployedModel model, LoadProgress progress)
      throws Exception {
    return chosen.load(model, progress);
  }

  @Override
  public void register(Handlers<Object, Object> handlers) {
    chosen.register(handlers);
  }
}
