package io.github.vertexj.undertow;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Predicts lengths of texts; where the text is {@code hold}, only after a byte on stdin, and where
 * it is {@code lose}, never again.
 */
public final class ConsoleProvider implements PredictorProvider<String, Integer> {
  @Override
  public LoadedModel<String, Integer> load(DeployedModel model, LoadProgress progress)
      throws IOException {
    if (System.getenv("CONSOLE_FAILS") != null) {
      throw new IllegalStateException("no weights");
    }
    if (System.getenv("CONSOLE_HOLDS") != null) {
      hold("loading");
    }
    return LoadedModel.of(String.class, ConsoleProvider::predict);
  }

  private static List<Integer> predict(List<String> texts, Parameters parameters)
      throws IOException {
    List<Integer> predictions = new ArrayList<>();
    for (String text : texts) {
      if (text.equals("hold")) {
        hold("holding");
      }
      if (text.equals("lose")) {
        throw new DeviceLostException("gone", new IllegalStateException("a CUDA error"));
      }
      predictions.add(text.length());
    }
    return predictions;
  }

  private static void hold(String what) throws IOException {
    System.out.println(what);
    System.in.read();
  }
}
