package io.github.vertexj.testkit;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import java.util.ArrayList;
import java.util.List;

/** The contract of predictors, kept by one that computes y = 2 x + 1 in memory of its own. */
final class LinePredictorTest extends PredictorContract<Tensor, Tensor> {

  @Override
  protected PredictorProvider<Tensor, Tensor> provider() {
    return new Line();
  }

  @Override
  protected List<Tensor> instances() {
    return List.of(
        Tensor.of(new float[] {1, 2}),
        Tensor.of(new float[] {-3, 0.5f}),
        Tensor.of(new float[] {7}),
        Tensor.of(new float[] {0, 1e20f}));
  }

  private static final class Line implements PredictorProvider<Tensor, Tensor> {
    @Override
    public LoadedModel<Tensor, Tensor> load(DeployedModel model, LoadProgress progress) {
      return LoadedModel.builder(
              InstanceReader.tensor(TensorSpec.of(TensorType.FLOAT32, Shape.ANY)),
              worker -> new LinePredictor())
          .workers(3)
          .stackable((first, second) -> first.shape().equals(second.shape()))
          .build();
    }
  }

  private static final class LinePredictor implements Predictor<Tensor, Tensor> {
    private boolean closed;

    @Override
    public List<Tensor> predict(List<Tensor> instances, Parameters parameters) {
      if (closed) {
        throw new IllegalStateException("the predictor is closed");
      }
      List<Tensor> predictions = new ArrayList<>();
      for (Tensor instance : instances) {
        float[] values = instance.toFloats();
        for (int i = 0; i < values.length; i++) {
          values[i] = 2 * values[i] + 1;
        }
        predictions.add(Tensor.of(values));
      }
      return predictions;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
