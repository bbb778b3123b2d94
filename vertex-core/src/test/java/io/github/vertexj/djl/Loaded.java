package io.github.vertexj.djl;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import io.github.vertexj.WorkerPredictor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A test model with one predictor, on a GPU if there is one. */
record Loaded(
    LoadedModel<Tensors, Tensors> model, WorkerPredictor<Tensors, Tensors, Tensors> predictor)
    implements AutoCloseable {

  static Loaded model(String name, TensorSpec... specs) throws Exception {
    return model(name, Map.of(), specs);
  }

  static Loaded model(String name, Map<String, String> settings, TensorSpec... specs)
      throws Exception {
    LoadedModel<Tensors, Tensors> model =
        TorchScriptProvider.of(specs)
            .load(DeployedModel.of(directory(name), settings), stage -> {});
    return new Loaded(model, model.newPredictor(0));
  }

  static Path directory(String name) throws URISyntaxException {
    return Path.of(Loaded.class.getResource("/models/" + name).toURI());
  }

  static Tensors row(float... values) {
    return Tensors.of(Tensor.of(values));
  }

  List<Tensors> predict(Tensors... instances) throws Exception {
    return predictor.predict(Arrays.asList(instances), Parameters.absent());
  }

  @Override
  public void close() {
    predictor.close();
    model.close();
  }
}
