package io.github.vertexj.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.djl.DjlProvider;
import io.github.vertexj.start.InstalledProviders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of two engines serves a directory; both are installed here. */
final class EngineChoiceTest {
  @TempDir Path directory;

  @Test
  void recognizes_byFile() throws Exception {
    assertThat(recognizing(Map.of())).isEmpty();
    Files.createFile(directory.resolve("any.onnx"));
    assertThat(recognizing(Map.of())).containsExactly("OnnxModelProvider");
    Files.createFile(directory.resolve("any.pt"));
    assertThat(recognizing(Map.of())).containsExactly("DjlProvider"); // the default
  }

  @Test
  void recognizes_byName_whateverIsThere() throws Exception {
    Files.createFile(directory.resolve("any.onnx"));
    Files.createFile(directory.resolve("any.pt"));
    assertThat(recognizing(Map.of("engine", "OnnxRuntime"))).containsExactly("OnnxModelProvider");
    assertThat(recognizing(Map.of("engine", "onnxruntime"))).containsExactly("OnnxModelProvider");
    assertThat(recognizing(Map.of("engine", "PyTorch"))).containsExactly("DjlProvider");
    assertThat(recognizing(Map.of("engine", "TensorFlow"))).isEmpty();
  }

  private List<String> recognizing(Map<String, String> settings) {
    DeployedModel model = DeployedModel.of(directory, settings);
    return List.<PredictorProvider<?, ?>>of(new DjlProvider(), new OnnxModelProvider()).stream()
        .filter(provider -> provider.recognizes(model))
        .map(provider -> provider.getClass().getSimpleName())
        .toList();
  }

  @Test
  void select_severalEngines_loadsByTheModel() throws Exception {
    PredictorProvider<?, ?> installed = InstalledProviders.select(null);

    assertThat(installed.servesAnyModel()).isTrue();
    assertThat(installed.settingNames()).contains("option.columns", "option.dtype");
    assertThat(installed.checks(Models.deployed("affine", Map.of())))
        .allMatch(check -> check.verdict() == Check.Verdict.PASSED)
        .anyMatch(check -> check.finding().contains("ONNX Runtime"));
    installed.load(Models.deployed("affine", Map.of()), stage -> {}).close();
  }

  @Test
  void load_nothingToChooseBy_saysWhatToWrite() {
    PredictorProvider<?, ?> installed = InstalledProviders.select(null);

    assertThatThrownBy(() -> installed.load(DeployedModel.of(directory, Map.of()), stage -> {}))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("engine=OnnxRuntime")
        .hasMessageContaining(".onnx");
    DeployedModel other = DeployedModel.of(directory, Map.of("engine", "TensorFlow"));
    assertThatThrownBy(() -> installed.load(other, stage -> {}))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("engine=TensorFlow")
        .hasMessageContaining("io.github.vertexj.onnx.OnnxModelProvider");
  }

  @Test
  void load_settingOfTheOtherEngine_isRefused() {
    PredictorProvider<?, ?> installed = InstalledProviders.select(null);

    assertThatThrownBy(
            () ->
                installed.load(
                    Models.deployed("affine", Map.of("option.dtype", "fp16")), stage -> {}))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("option.dtype");
  }

  /** What a server without this module says of such a directory. */
  @Test
  void load_byPyTorchAlone_namesTheJarsToAdd() throws Exception {
    Files.createFile(directory.resolve("model.onnx"));
    for (Map<String, String> settings :
        List.of(Map.<String, String>of(), Map.of("engine", "OnnxRuntime"))) {
      assertThatThrownBy(
              () -> new DjlProvider().load(DeployedModel.of(directory, settings), stage -> {}))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("io.github.vertexj:vertex-onnx")
          .hasMessageContaining("com.microsoft.onnxruntime:onnxruntime");
    }
  }
}
