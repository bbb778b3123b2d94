package io.github.vertexj.djl;

import ai.djl.engine.Engine;
import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import java.util.List;

/** WIP. */
final class NativePreflight {
  private NativePreflight() {}

  static List<Check> nativeChecks() {
    OfflineMode.enter();
    return List.of();
  }

  static Engine engine() {
    return TorchScript.engine();
  }

  static List<Check> checks(DeployedModel model) {
    return List.of();
  }
}
