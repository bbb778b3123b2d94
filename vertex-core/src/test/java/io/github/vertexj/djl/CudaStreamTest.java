package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.vertexj.Tensors;
import org.junit.jupiter.api.Test;

/** Streams themselves need a GPU: see {@link GpuTest}. */
final class CudaStreamTest {

  @Test
  void of_libtorchHasNone_isNullAndPredictionsGoOn() throws Exception {
    NativePreflight.engine();
    try (NDManager manager = TorchScript.engine().newBaseManager(Device.cpu());
        Loaded affine = Loaded.model("affine")) {
      assertThat(CudaStream.of(manager)).isNull();
      Tensors prediction = affine.predict(Loaded.row(1)).get(0);

      assertThat(prediction.get(0).toFloats()).containsExactly(3);
    }
  }
}
