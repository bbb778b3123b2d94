package io.github.vertexj.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.StartException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OnnxSettingsTest {
  @Test
  void from_nothing_leavesAllOpen() {
    OnnxSettings settings = OnnxSettings.from(Map.of());

    assertThat(settings.devices()).containsExactly("*");
    assertThat(settings.columns()).isEmpty();
    assertThat(settings.threads()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "engine | PyTorch | this is an ONNX model",
        "load_on_devices | tpu | devices are",
        "load_on_devices | cpu;0 | devices are",
        "maxWorkers | 0 | a whole number from 1",
        "option.columns | a,,b | different names",
        "option.dtype | fp16 | nothing reads [option.dtype]",
        "translatorFactory | x.Y | nothing reads [translatorFactory]"
      })
  void from_wrongValue_isNamedWithWhatToWrite(String name, String value, String rule) {
    assertThatThrownBy(() -> OnnxSettings.from(Map.of(name, value)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(rule)
        .hasMessageContaining("; ");
  }

  @Test
  void load_batchingOfNoKnownKind_isNamed() {
    assertThatThrownBy(
            () -> Models.load(new OnnxProvider(), "affine", Map.of("option.batching", "maybe")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("option.batching=maybe");
  }

  @Test
  void plan_onTheCpu_reckonsThreadsWithWorkers() {
    assertThat(plan(Map.of(), 0, 8)).isEqualTo(new WorkerPlan(List.of(), 8, 1));
    assertThat(plan(Map.of("maxWorkers", "2"), 0, 8)).isEqualTo(new WorkerPlan(List.of(), 2, 4));
    assertThat(plan(Map.of("option.intraOpNumThreads", "4"), 0, 8))
        .isEqualTo(new WorkerPlan(List.of(), 2, 4));
  }

  /** Workers share the session's threads, and take part themselves. */
  @Test
  void plan_sessionThreads_makeAllTogether() {
    assertThat(new WorkerPlan(List.of(), 8, 1).sessionThreads()).isEqualTo(1);
    assertThat(new WorkerPlan(List.of(), 1, 8).sessionThreads()).isEqualTo(8);
    assertThat(new WorkerPlan(List.of(), 2, 4).sessionThreads()).isEqualTo(7);
  }

  @Test
  void plan_onGpus_takesThoseThereAre() {
    assertThat(plan(Map.of(), 2, 8)).isEqualTo(new WorkerPlan(List.of(0, 1), 2, 1));
    assertThat(plan(Map.of("load_on_devices", "1"), 2, 8).names()).isEqualTo("gpu1");
    assertThat(plan(Map.of("load_on_devices", "cpu"), 2, 8).onGpus()).isFalse();
  }

  @Test
  void plan_gpuThatIsNotThere_stopsTheStart() {
    for (String devices : List.of("gpu", "0", "1;0")) {
      assertThatThrownBy(() -> plan(Map.of("load_on_devices", devices), 0, 8))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("onnxruntime_gpu")
          .hasMessageContaining("load_on_devices=* or cpu");
    }
  }

  private static WorkerPlan plan(Map<String, String> settings, int gpus, int cores) {
    return WorkerPlan.of(OnnxSettings.from(settings), gpus, cores);
  }

  /** ONNX Runtime itself takes the CPU in silence. */
  @Test
  void load_gpuOrTensorRtWithoutOne_stopsTheStart() {
    assertThatThrownBy(
            () -> Models.load(new OnnxProvider(), "affine", Map.of("load_on_devices", "gpu")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("asks for GPU 0");
    assertThatThrownBy(
            () -> Models.load(new OnnxProvider(), "affine", Map.of("option.tensorRtCache", "/tmp")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("TensorRT");
    assertThatThrownBy(() -> Gpus.require(new SessionSettings(0, 1, null)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("onnxruntime_gpu");
  }

  /** What is read of a profile to know where a model really runs. */
  @Test
  void providerOf_theCpu_isTheCpu() {
    assertThat(Gpus.providerOf(new SessionSettings(SessionSettings.CPU, 1, null)))
        .isEqualTo("CPUExecutionProvider");
  }
}
