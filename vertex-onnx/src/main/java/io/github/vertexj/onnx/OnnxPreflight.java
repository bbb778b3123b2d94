package io.github.vertexj.onnx;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.StartException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks what an ONNX model needs in order to load: ONNX Runtime, the file, devices and threads.
 */
final class OnnxPreflight {
  private OnnxPreflight() {}

  /** Checks all; the native library is loaded to see devices, but only if it is there. */
  static List<Check> checks(DeployedModel model) {
    List<Check> checks = new ArrayList<>(libraryChecks());
    boolean usable = checks.stream().noneMatch(check -> check.verdict() == Check.Verdict.FAILED);
    try {
      OnnxSettings settings = OnnxSettings.from(model.settings());
      if (model.directory() != null) {
        Path file = OnnxFile.find(model.directory(), settings.modelName());
        checks.add(Check.passed("model file", file.toString()));
      }
      if (usable) {
        devices(settings, checks);
      }
    } catch (StartException e) {
      checks.add(failed("model", e));
    }
    return checks;
  }

  /** Checks that ONNX Runtime is there, without loading it. */
  static List<Check> libraryChecks() {
    try {
      Class.forName("ai.onnxruntime.OrtEnvironment", false, OnnxPreflight.class.getClassLoader());
      return List.of(Check.passed("ONNX Runtime", "its jar is on the class path"));
    } catch (ClassNotFoundException e) {
      return List.of(
          Check.failed(
              "ONNX Runtime",
              "ONNX Runtime's jar is not on the class path",
              "add %s, or %s for GPUs"
                  .formatted(OnnxVersions.COORDINATES, OnnxVersions.GPU_COORDINATES)));
    }
  }

  private static void devices(OnnxSettings settings, List<Check> checks) {
    int cores = Runtime.getRuntime().availableProcessors();
    WorkerPlan plan = WorkerPlan.of(settings, Gpus.wanted(settings), cores);
    checks.add(
        Check.passed(
            "devices",
            plan.names() + " with ONNX Runtime " + OrtLibrary.environment().getVersion()));
    String finding =
        "%d workers with %d threads each on %d processors"
            .formatted(plan.workers(), plan.threads(), cores);
    checks.add(
        plan.oversubscribed(cores)
            ? Check.warned(
                "threads",
                finding,
                "lower maxWorkers or option.intraOpNumThreads: their product should not be more than "
                    + cores)
            : Check.passed("threads", finding));
  }

  /** Our messages say what is wrong and, after a semicolon, what to change. */
  private static Check failed(String subject, StartException fault) {
    String[] parts = String.valueOf(fault.getMessage()).split("; ", 2);
    return Check.failed(
        subject, parts[0], parts.length > 1 ? parts[1] : "see the log for the cause");
  }
}
