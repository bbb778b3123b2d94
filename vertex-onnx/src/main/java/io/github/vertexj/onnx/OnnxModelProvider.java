package io.github.vertexj.onnx;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import java.util.List;
import java.util.Set;

/**
 * A provider of predictors for any directory with an ONNX file: it serves tensors as {@link
 * OnnxProvider} does, and rows as {@link OnnxTableProvider} does where the model has text, maps, or
 * an input for each column; a prediction of one output is written without its name.
 *
 * <p>It is the one that is used where a program brings no provider of its own. Immutable and
 * thread-safe.
 */
public final class OnnxModelProvider implements PredictorProvider<Object, Object> {

  /** Creates a provider. */
  public OnnxModelProvider() {}

  /**
   * Loads the model on its devices.
   *
   * @throws StartException if a setting is wrong, or something is missing; one line that says what
   */
  @Override
  public LoadedModel<Object, Object> load(DeployedModel model, LoadProgress progress) {
    return OnnxLoading.load(model, progress, OnnxLoading::any);
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    return OnnxPreflight.checks(model);
  }

  @Override
  public boolean servesAnyModel() {
    return true;
  }

  /**
   * Whether the engine is ONNX Runtime, or none is named and an {@code .onnx} file is there but no
   * {@code .pt}: PyTorch is the default.
   */
  @Override
  public boolean recognizes(DeployedModel model) {
    String engine = model.settings().get(OnnxSettings.ENGINE);
    return engine == null
        ? OnnxFile.in(model.directory(), OnnxFile.SUFFIX) && !OnnxFile.in(model.directory(), ".pt")
        : engine.strip().equalsIgnoreCase(OnnxSettings.ENGINE_NAME);
  }

  @Override
  public Set<String> settingNames() {
    return OnnxSettings.NAMES;
  }
}
