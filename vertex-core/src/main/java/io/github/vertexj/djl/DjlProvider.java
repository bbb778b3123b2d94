package io.github.vertexj.djl;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import java.util.List;
import java.util.Set;

/**
 * A provider of predictors for any TorchScript model directory: raw tensors as {@link
 * TorchScriptProvider} says, or, if its {@code serving.properties} names a {@code
 * translatorFactory}, what that DJL translator takes and gives.
 *
 * <p>It is the one that is used where a program brings no provider of its own.
 */
public final class DjlProvider implements PredictorProvider<Object, Object> {
  private PredictorProvider<Object, Object> delegate;

  /** Creates a provider. */
  @SuppressWarnings("unchecked") // until a translator is named, all instances are tensors
  public DjlProvider() {
    delegate =
        (PredictorProvider<Object, Object>) (PredictorProvider<?, ?>) new TorchScriptProvider();
  }

  @Override
  public void load(DeployedModel model, LoadProgress progress) throws Exception {
    delegate.load(model, progress);
  }

  @Override
  public int workers() {
    return delegate.workers();
  }

  @Override
  public Predictor<Object, Object> newPredictor(int worker) throws Exception {
    return delegate.newPredictor(worker);
  }

  @Override
  public void warmUp(Predictor<Object, Object> predictor, int maxBatchSize) throws Exception {
    delegate.warmUp(predictor, maxBatchSize);
  }

  @Override
  public InstanceReader<Object> instanceReader() {
    return delegate.instanceReader();
  }

  @Override
  public PredictionWriter<Object> predictionWriter() {
    return delegate.predictionWriter();
  }

  @Override
  public boolean stackable(Object first, Object second) {
    return delegate.stackable(first, second);
  }

  @Override
  public String device() {
    return delegate.device();
  }

  @Override
  public boolean servesAnyModel() {
    return true;
  }

  @Override
  public Set<String> settingNames() {
    return TorchSettings.TENSOR_NAMES;
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    return NativePreflight.checks(model);
  }

  @Override
  public void close() {
    delegate.close();
  }
}
