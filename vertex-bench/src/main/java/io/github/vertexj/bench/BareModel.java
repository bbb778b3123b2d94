package io.github.vertexj.bench;

import ai.djl.Model;
import java.nio.file.Path;

/** The bare program that a server's start is compared with: load the model and run it once. */
final class BareModel {
  private BareModel() {}

  /** Runs a model directory's MLP with one row. */
  public static void main(String[] arguments) throws Exception {
    try (Model model = Parts.load(Path.of(arguments[0]))) {
      Parts.model(Workload.MLP, model, 1).once();
    }
    System.out.println("done");
  }
}
