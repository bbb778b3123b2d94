package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.Shape;
import io.github.vertexj.StartException;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TorchSettingsTest {

  @Test
  void from_nothing_isEveryDeviceAndAnyInput() {
    TorchSettings settings = TorchSettings.from(Map.of());

    assertThat(settings.devices()).containsExactly("*");
    assertThat(settings.inputs()).isEmpty();
    assertThat(settings.mapLocation()).isTrue();
    assertThat(settings.precision()).isEqualTo(Precision.FP32);
    assertThat(settings.cpuWorkers()).isNull();
    assertThat(settings.translatorFactory()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "*,*",
    "-1,cpu",
    "cpu,cpu",
    "gpu,gpu",
    "0,gpu0",
    "0; 2,gpu0|gpu2",
    "gpu4;gpu5,gpu4|gpu5"
  })
  void from_devices_areRead(String text, String expected) {
    assertThat(TorchSettings.from(Map.of("load_on_devices", text)).devices())
        .containsExactly(expected.split("\\|"));
  }

  @Test
  void from_workers_ofADeviceWinOverThoseOfAny() {
    TorchSettings settings =
        TorchSettings.from(Map.of("minWorkers", "1", "maxWorkers", "3", "gpu.maxWorkers", "2"));

    assertThat(settings.cpuWorkers()).isEqualTo(3);
    assertThat(settings.gpuWorkers()).isEqualTo(2);
  }

  @Test
  void from_limitsOfInputs_areRead() {
    TorchSettings settings =
        TorchSettings.from(
            Map.of("option.inputs", "ids:int64[2, *] < 30522, x:float32, k:uint8<3"));

    assertThat(settings.inputs())
        .extracting(TensorSpec::toString)
        .containsExactly("ids:int64[2, *]", "x:float32", "k:uint8");
    assertThat(settings.limits().limits())
        .containsExactly(
            new InputLimits.Limit(0, settings.inputs().get(0), 30521),
            new InputLimits.Limit(2, settings.inputs().get(2), 2));
    assertThat(TorchSettings.from(Map.of()).limits()).isEqualTo(InputLimits.NONE);
  }

  @Test
  void from_inputs_areRead() {
    assertThat(
            TorchSettings.from(Map.of("option.inputs", "ids:int64[*], mask : bool[2, *],x:uint8"))
                .inputs())
        .containsExactly(
            TensorSpec.of(TensorType.INT64, Shape.ANY).named("ids"),
            TensorSpec.of(TensorType.BOOL, 2, Shape.ANY).named("mask"),
            TensorSpec.of(TensorType.UINT8).named("x"));
    assertThat(TorchSettings.from(Map.of("option.inputs", "float32[8,8]")).inputs())
        .containsExactly(TensorSpec.of(TensorType.FLOAT32, 8, 8));
    assertThat(TensorSpecs.read("float64[]"))
        .containsExactly(new TensorSpec("", TensorType.FLOAT64, Shape.SCALAR));
  }

  @ParameterizedTest
  @CsvSource({
    "engine, ONNX, only PyTorch is served",
    "load_on_devices, 0;0, different GPU numbers",
    "load_on_devices, cpu;0, different GPU numbers",
    "load_on_devices, nc0, different GPU numbers",
    "load_on_devices, 0;, different GPU numbers",
    "maxWorkers, 0, a whole number from 1 to 1024",
    "cpu.minWorkers, two, a whole number from 1 to 1024",
    "option.intraOpNumThreads, 99999, a whole number from 1 to 1024",
    "option.mapLocation, yes, true or false",
    "option.dtype, float16, 'fp32, fp16 or bf16'",
    "option.inputs, ids:int63[2], unknown tensor type",
    "option.inputs, ids:int64[-2], a dimension is a whole number or *",
    "option.inputs, 'ids:int64,ids:int64', several inputs need a name each",
    "option.inputs, 'int64,int64', several inputs need a name each",
    "option.inputs, 'a:int64,int64', several inputs need a name each",
    "option.inputs, ids int64, an input is written name:type[dimensions]",
    "option.inputs, ids:float32[2]<5, 'a limit is 1 or more, and of whole numbers'",
    "option.inputs, ids:int64[2]<0, 'a limit is 1 or more, and of whole numbers'",
    "option.inputs, ids:int64[2]<-3, an input is written name:type[dimensions]<limit",
    "option.inputs, 'ids:int64,', an input is written name:type[dimensions]",
  })
  void from_badValue_isNamedWithItsRule(String name, String value, String rule) {
    assertThatThrownBy(() -> TorchSettings.from(Map.of(name, value)))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith(name + "=" + value + " in serving.properties: ")
        .hasMessageContaining(rule)
        .hasMessageContaining("; write ");
  }

  @Test
  void from_moreMinimumThanMaximumWorkers_isRefused() {
    assertThatThrownBy(() -> TorchSettings.from(Map.of("minWorkers", "3", "maxWorkers", "2")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("must not be above maxWorkers, which is 2");
  }

  @Test
  void refuseUnknownOptions_namesThem() {
    TorchSettings.refuseUnknownOptions(Set.of("option.inputs", "engine", "option.modelName"));

    assertThatThrownBy(() -> TorchSettings.refuseUnknownOptions(Set.of("option.input")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("[option.input]")
        .hasMessageContaining("option.inputs");
  }
}
