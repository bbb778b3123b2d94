package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.vertexj.Tensors;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchBufferTest {

  /** Batches that fill what is kept, need more of it, and are larger than the most of it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 10, 1 << 20})
  void stack_batchesOfAnySize_areRowAfterRow(int mostKept) {
    NativePreflight.engine();
    BatchBuffer buffer = new BatchBuffer(mostKept);
    try (NDManager manager = TorchScript.engine().newBaseManager(Device.cpu())) {
      for (int length : new int[] {1, 100, 3, 100_000, 200, 2}) {
        Tensors first = Loaded.row(numbers(length, 1));
        Tensors second = Loaded.row(numbers(length, 2));
        NDArray stacked = buffer.stack(List.of(first, second), manager).get(0);

        assertThat(stacked.getShape().getShape()).containsExactly(2, length);
        assertThat(stacked.get(0).toFloatArray()).containsExactly(numbers(length, 1));
        assertThat(stacked.get(1).toFloatArray()).containsExactly(numbers(length, 2));
      }
    }
  }

  private static float[] numbers(int length, int factor) {
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = factor * i;
    }
    return numbers;
  }
}
