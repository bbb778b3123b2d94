package io.github.vertexj.start;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The provider for any model where several engines are installed: the one that recognizes a model
 * serves it, which is known only once its files are here.
 */
final class EngineChoice implements PredictorProvider<Object, Object> {
  private static final String ENGINE = "engine";

  private final List<PredictorProvider<?, ?>> engines;

  EngineChoice(List<PredictorProvider<?, ?>> engines) {
    this.engines = List.copyOf(engines);
  }

  @Override
  @SuppressWarnings("unchecked") // the instances are what the model's own reader reads
  public LoadedModel<Object, Object> load(DeployedModel model, LoadProgress progress)
      throws Exception {
    return (LoadedModel<Object, Object>) chosen(model).load(model, progress);
  }

  @Override
  public Set<String> settingNames() {
    Set<String> names = new TreeSet<>();
    engines.forEach(engine -> names.addAll(engine.settingNames()));
    return names;
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    if (model.directory() == null && !model.settings().containsKey(ENGINE)) {
      List<Check> checks = new ArrayList<>();
      engines.forEach(engine -> checks.addAll(engine.checks(model)));
      return checks;
    }
    try {
      return chosen(model).checks(model);
    } catch (StartException e) {
      return List.of(Check.failed("engine", String.valueOf(e.getMessage()), ""));
    }
  }

  @Override
  public boolean servesAnyModel() {
    return true;
  }

  private PredictorProvider<?, ?> chosen(DeployedModel model) {
    List<PredictorProvider<?, ?>> left =
        engines.stream().filter(engine -> engine.recognizes(model)).toList();
    if (left.size() == 1) {
      return left.get(0);
    }
    String engine = model.settings().get(ENGINE);
    String installed =
        String.join(
            ", ", engines.stream().map(each -> each.getClass().getName()).sorted().toList());
    throw new StartException(
        engine == null
            ? "it is not clear which engine serves %s; write engine=PyTorch or engine=OnnxRuntime in its serving.properties, and have a .pt or an .onnx file there; installed are %s"
                .formatted(model.directory(), installed)
            : "%s=%s in serving.properties: no engine of this name is installed; installed are %s"
                .formatted(ENGINE, engine, installed));
  }
}
