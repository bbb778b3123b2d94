package io.github.vertexj.onnx;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.testkit.PredictorContract;
import java.util.List;
import java.util.Map;

final class OnnxProviderContractTest extends PredictorContract<Tensors, Tensors> {
  @Override
  protected PredictorProvider<Tensors, Tensors> provider() {
    return new OnnxProvider();
  }

  @Override
  protected DeployedModel model() {
    return Models.deployed("two_inputs", Map.of());
  }

  @Override
  protected List<Tensors> instances() {
    return List.of(instance(1, 2), instance(3, 4), instance(-5, 0.25f));
  }

  private static Tensors instance(float first, float second) {
    return Tensors.named(
        List.of("a", "b"),
        List.of(
            Tensor.of(new float[] {first, second}), Tensor.of(new long[] {(long) first, 2, 3})));
  }
}
