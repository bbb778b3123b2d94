package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativePreflightTest {
  @TempDir Path temporary;

  @Test
  void checks_modelThatLoads_saysWhatWasFound() throws Exception {
    List<Check> checks =
        NativePreflight.checks(DeployedModel.of(Loaded.directory("two_inputs"), Map.of()));

    assertThat(checks).noneMatch(check -> check.verdict() == Check.Verdict.FAILED);
    assertThat(checks)
        .extracting(Check::subject)
        .containsExactly(
            "PyTorch engine",
            "libtorch",
            "PyTorch JNI library",
            "DJL cache directory",
            "model file",
            "devices",
            "threads",
            "memory");
    assertThat(finding(checks, "model file"))
        .endsWith("two_inputs.pt, forward(a: Tensor, b: Tensor)");
    assertThat(finding(checks, "devices")).endsWith("with libtorch 2.7.1");
  }

  @Test
  void checks_noDirectoryYet_leavesTheModelOut() {
    assertThat(NativePreflight.checks(DeployedModel.of(null, Map.of())))
        .extracting(Check::subject)
        .contains("devices")
        .doesNotContain("model file");
  }

  @Test
  void checks_faults_areEachNamedWithARemedy() throws Exception {
    Files.writeString(temporary.resolve("model.pt"), "nothing");
    DeployedModel model =
        DeployedModel.of(temporary, Map.of("maxWorkers", "512", "load_on_devices", "7"));

    List<Check> checks = NativePreflight.checks(model);
    assertThat(checks)
        .filteredOn(check -> check.verdict() == Check.Verdict.FAILED)
        .allSatisfy(check -> assertThat(check.remedy()).isNotEmpty())
        .extracting(Check::subject)
        .containsExactly("model file", "devices");
    assertThat(checks)
        .extracting(Check::remedy)
        .anyMatch(remedy -> remedy.contains("write load_on_devices=* or cpu"));
    assertThat(NativePreflight.checks(DeployedModel.of(null, Map.of("maxWorkers", "512"))))
        .filteredOn(check -> check.verdict() == Check.Verdict.WARNED)
        .extracting(Check::subject)
        .contains("threads");
    assertThat(NativePreflight.checks(DeployedModel.of(null, Map.of("maxWorkers", "0"))))
        .filteredOn(check -> check.verdict() == Check.Verdict.FAILED)
        .extracting(Check::subject)
        .containsExactly("settings");
  }

  /** Without the native jar DJL would download 115 MB, or fail in the words of its download. */
  @Test
  void load_noLibtorchOnTheClassPath_failsInOneLineAndAsksNoNetwork() throws Exception {
    ChildJvm child = ChildJvm.run(ChildJvm.classPathWithout("pytorch-native"), LoadAffine.class);

    assertThat(child.output())
        .contains(
            "failed: libtorch is not on the class path; add ai.djl.pytorch:pytorch-native-cpu")
        .doesNotContain("files.txt");
  }

  @Test
  void load_noJniOnTheClassPath_failsInOneLine() throws Exception {
    ChildJvm child =
        ChildJvm.run(
            ChildJvm.classPathWithout("pytorch-jni"),
            LoadAffine.class,
            "-DDJL_CACHE_DIR=" + temporary);

    assertThat(child.output())
        .contains("failed: the JNI library for libtorch is not on the class path; add ");
  }

  /** Where the container may write nothing, and the cache is empty. */
  @Test
  void load_cacheDirectoryThatIsAFile_failsInOneLine() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    ChildJvm child =
        ChildJvm.run(
            ChildJvm.classPathWithout("nothing"), LoadAffine.class, "-DDJL_CACHE_DIR=" + file);

    assertThat(child.output()).contains("failed: " + file + " cannot be written");
  }

  /** The child's program. */
  static final class LoadAffine {
    private LoadAffine() {}

    public static void main(String[] arguments) throws Exception {
      try (Loaded affine = Loaded.model("affine")) {
        System.out.println("loaded " + affine.predict(Loaded.row(1)));
      } catch (StartException e) {
        System.out.println("failed: " + e.getMessage());
      }
    }
  }

  private static String finding(List<Check> checks, String subject) {
    return checks.stream()
        .filter(check -> check.subject().equals(subject))
        .map(Check::finding)
        .findFirst()
        .orElseThrow();
  }
}
