package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What only a machine with a GPU shows; the other tests of this package use one, too, if it is
 * there.
 */
final class GpuTest {
  private static final int WORKERS = 4;
  private static final TensorSpec ROW = TensorSpec.of(TensorType.FLOAT32, 784);

  @BeforeAll
  static void needsAGpu() {
    assumeTrue(NativePreflight.engine().getGpuCount() > 0, "there is no GPU");
  }

  @Test
  void load_byDefault_usesTheGpusAndPredictorsStayOnTheirThreads() throws Exception {
    try (Loaded affine = Loaded.model("affine")) {
      assertThat(affine.model().device()).startsWith("gpu0");
      assertThat(affine.model().ownThreads()).isTrue();
    }
  }

  /** Each on a stream of its own: a copy that nobody waits for would show as a neighbour's rows. */
  @Test
  void predict_severalWorkersAtOnce_eachGivesItsOwnRows() throws Exception {
    try (LoadedModel<Tensors, Tensors> gpu = loaded("mlp", "0", WORKERS);
        LoadedModel<Tensors, Tensors> cpu = loaded("mlp", "cpu", 1)) {
      Predictor<Tensors, Tensors> reference = cpu.newPredictor(0);
      ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
      List<Callable<Boolean>> workers = new ArrayList<>();
      for (int worker = 0; worker < WORKERS; worker++) {
        List<Tensors> instances = rows(new Random(worker), 64);
        float[][] expected = floats(reference.predict(instances, Parameters.absent()));
        Predictor<Tensors, Tensors> predictor = gpu.newPredictor(worker);
        workers.add(() -> predictsAgainAndAgain(predictor, instances, expected));
      }
      for (Future<Boolean> worker : threads.invokeAll(workers)) {
        assertThat(worker.get()).isTrue();
      }
      threads.shutdown();
    }
  }

  private static boolean predictsAgainAndAgain(
      Predictor<Tensors, Tensors> predictor, List<Tensors> instances, float[][] expected)
      throws Exception {
    for (int round = 0; round < 300; round++) {
      int rows = 1 + round % instances.size();
      float[][] found = floats(predictor.predict(instances.subList(0, rows), Parameters.absent()));
      for (int row = 0; row < rows; row++) {
        assertThat(found[row]).containsExactly(expected[row], within(1e-3f));
      }
    }
    predictor.close();
    return true;
  }

  @Test
  void predict_batchesGrow_areRightInTheNewMemory() throws Exception {
    try (Loaded affine = Loaded.model("affine")) {
      for (int size = 1; size <= 1 << 24; size *= 16) {
        float[] row = new float[size];
        Arrays.fill(row, 3);
        Tensor last = affine.predict(Loaded.row(row), Loaded.row(row)).get(1).get(0);

        assertThat(last.number(size - 1)).isEqualTo(7);
      }
    }
  }

  @Test
  void predict_moreThanTheGpusMemory_saysSoAndGoesOn() throws Exception {
    try (Loaded model = Loaded.model("oom_above_two_rows")) {
      Tensors row = Loaded.row(1);

      assertThatThrownBy(() -> model.predict(row, row, row))
          .isInstanceOf(OutOfMemoryException.class)
          .hasMessageContaining("CUDA out of memory");
      assertThat(model.predict(row, row)).hasSize(2);
    }
  }

  private static LoadedModel<Tensors, Tensors> loaded(String model, String devices, int workers)
      throws Exception {
    Map<String, String> settings =
        Map.of("load_on_devices", devices, "maxWorkers", Integer.toString(workers));
    return TorchScriptProvider.of(ROW)
        .load(DeployedModel.of(Loaded.directory(model), settings), stage -> {});
  }

  private static List<Tensors> rows(Random random, int rows) {
    return IntStream.range(0, rows)
        .mapToObj(
            row -> {
              float[] numbers = new float[784];
              for (int i = 0; i < numbers.length; i++) {
                numbers[i] = random.nextFloat();
              }
              return Loaded.row(numbers);
            })
        .toList();
  }

  private static float[][] floats(List<Tensors> predictions) {
    return predictions.stream().map(each -> each.get(0).toFloats()).toArray(float[][]::new);
  }
}
