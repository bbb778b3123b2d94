package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TorchScriptProviderTest {

  @Test
  void predict_batchOfTwo_givesEachItsRow() throws Exception {
    try (Loaded affine = Loaded.model("affine")) {
      List<Tensors> predictions =
          affine.predict(
              Tensors.of(Tensor.of(new float[] {1, 2})), Tensors.of(Tensor.of(new float[] {3, 4})));
      assertThat(predictions.get(0).get(0).toFloats()).containsExactly(3, 5);
      assertThat(predictions.get(1).get(0).toFloats()).containsExactly(7, 9);
    }
  }
}
