package io.github.vertexj.onnx;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The models of the tests' resources. */
final class Models {
  private Models() {}

  static Path directory(String name) {
    try {
      return Path.of(Models.class.getResource("/models/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static DeployedModel deployed(String name, Map<String, String> settings) {
    return DeployedModel.of(directory(name), settings);
  }

  /** Loads a model of tensors. */
  static LoadedModel<Tensors, Tensors> tensors(String name) {
    return new OnnxProvider().load(deployed(name, Map.of("maxWorkers", "1")), stage -> {});
  }

  static <I, P> LoadedModel<I, P> load(
      PredictorProvider<I, P> provider, String name, Map<String, String> settings)
      throws Exception {
    return provider.load(deployed(name, settings), stage -> {});
  }

  /** Predicts with a new predictor of a model. */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  static <I, P> List<P> predict(LoadedModel<I, P> model, I... instances) throws Exception {
    try (Predictor<I, P> predictor = model.newPredictor(0)) {
      return predictor.predict(Arrays.asList(instances), Parameters.absent());
    }
  }

  static Tensors row(float... values) {
    return Tensors.of(Tensor.of(values));
  }
}
