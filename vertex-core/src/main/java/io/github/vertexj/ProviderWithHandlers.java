package io.github.vertexj;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Another provider, and further handlers. */
record ProviderWithHandlers<I, P>(PredictorProvider<I, P> provider, Consumer<Handlers<I, P>> more)
    implements PredictorProvider<I, P> {

  @Override
  public void register(Handlers<I, P> handlers) {
    provider.register(handlers);
    more.accept(handlers);
  }

  @Override
  public void load(DeployedModel model, LoadProgress progress) throws Exception {
    provider.load(model, progress);
  }

  @Override
  public int workers() {
    return provider.workers();
  }

  @Override
  public Predictor<I, P> newPredictor(int worker) throws Exception {
    return provider.newPredictor(worker);
  }

  @Override
  public void warmUp(Predictor<I, P> predictor, int maxBatchSize) throws Exception {
    provider.warmUp(predictor, maxBatchSize);
  }

  @Override
  public InstanceReader<I> instanceReader() {
    return provider.instanceReader();
  }

  @Override
  public PredictionWriter<P> predictionWriter() {
    return provider.predictionWriter();
  }

  @Override
  public BatchPolicy batchPolicy() {
    return provider.batchPolicy();
  }

  @Override
  public boolean stackable(I first, I second) {
    return provider.stackable(first, second);
  }

  @Override
  public @Nullable Object metadata(Parameters parameters) {
    return provider.metadata(parameters);
  }

  @Override
  public String device() {
    return provider.device();
  }

  @Override
  public boolean servesAnyModel() {
    return provider.servesAnyModel();
  }

  @Override
  public Set<String> settingNames() {
    return provider.settingNames();
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    return provider.checks(model);
  }

  @Override
  public void close() {
    provider.close();
  }
}
