package io.github.vertexj.quickstart;

import io.github.vertexj.InstalledProvider;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.djl.TorchScriptProvider;

/** Serves the digit classifier: an instance is 8 × 8 grey values from 0 to 16. */
public final class DigitProvider extends InstalledProvider<Tensor, DigitPrediction> {
  private static final TensorSpec IMAGE = TensorSpec.of(TensorType.FLOAT32, 8, 8);

  /** Creates the provider that the launcher finds. */
  public DigitProvider() {
    super(
        TorchScriptProvider.of(IMAGE)
            .converted(InstanceReader.tensor(IMAGE), Tensors::of, DigitProvider::digit));
  }

  private static DigitPrediction digit(Tensors probabilities) {
    return DigitPrediction.of(probabilities.get(0).toFloats());
  }
}
