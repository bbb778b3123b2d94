package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.StartException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DevicePlanTest {

  @Test
  void of_noGpu_isAWorkerOfOneThreadPerCore() {
    DevicePlan plan = plan(0, 4);

    assertThat(plan.names()).isEqualTo("cpu");
    assertThat(plan.workers()).isEqualTo(4);
    assertThat(plan.threads()).isEqualTo(1);
    assertThat(plan.oversubscribed(4)).isFalse();
  }

  @Test
  void of_gpus_isTwoWorkersOnEach() {
    DevicePlan plan = plan(2, 4);

    assertThat(plan.names()).isEqualTo("gpu0, gpu1");
    assertThat(plan.workers()).isEqualTo(4);
    assertThat(plan.threads()).isEqualTo(1);
  }

  @Test
  void of_severalWorkersPerGpu_alternate() {
    DevicePlan plan = plan(4, 4, "load_on_devices", "1;3", "maxWorkers", "2");

    assertThat(plan.names()).isEqualTo("gpu1, gpu3");
    assertThat(plan.workers()).isEqualTo(4);
    assertThat(plan.deviceOf(0)).isZero();
    assertThat(plan.deviceOf(1)).isOne();
    assertThat(plan.deviceOf(2)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"2,,2,2", ",2,2,2", ",3,1,3", "8,,8,1", "4,4,4,4", ",16,1,16"})
  void of_workersOrThreadsSet_sharesTheCores(
      String workersSet, String threadsSet, int workers, int threads) {
    Map<String, String> settings =
        workersSet == null
            ? Map.of("option.intraOpNumThreads", threadsSet)
            : threadsSet == null
                ? Map.of("maxWorkers", workersSet)
                : Map.of("maxWorkers", workersSet, "option.intraOpNumThreads", threadsSet);
    DevicePlan plan = DevicePlan.of(TorchSettings.from(settings), 0, 4);

    assertThat(plan.workers()).isEqualTo(workers);
    assertThat(plan.threads()).isEqualTo(threads);
    assertThat(plan.oversubscribed(4)).isEqualTo(workers * threads > 4);
  }

  @Test
  void of_cpuAskedFor_leavesTheGpusAlone() {
    assertThat(plan(2, 4, "load_on_devices", "cpu").names()).isEqualTo("cpu");
  }

  @Test
  void of_gpuThatIsNotThere_isRefused() {
    assertThatThrownBy(() -> plan(2, 4, "load_on_devices", "0;2"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("asks for GPU 2, but libtorch sees 2 (0 to 1)");
    assertThatThrownBy(() -> plan(0, 4, "load_on_devices", "gpu"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("libtorch sees none");
  }

  private static DevicePlan plan(int gpus, int cores, String... settings) {
    Map<String, String> map =
        settings.length == 0
            ? Map.of()
            : settings.length == 2
                ? Map.of(settings[0], settings[1])
                : Map.of(settings[0], settings[1], settings[2], settings[3]);
    return DevicePlan.of(TorchSettings.from(map), gpus, cores);
  }
}
