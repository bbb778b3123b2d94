package io.github.vertexj.djl;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A provider of predictors for any TorchScript model directory: raw tensors as {@link
 * TorchScriptProvider} says, or, if its {@code serving.properties} names a {@code
 * translatorFactory}, what that DJL translator takes and gives.
 *
 * <p>A translator gets all settings as its arguments, those named {@code option.x} as {@code x}. If
 * its factory offers several classes of instances, {@code option.instanceClass} names one; an
 * {@code ai.djl.modality.cv.Image} is read from bytes, {@code {"b64": "…"}} in JSON. What DJL can
 * write as JSON itself is written so, all else by Jackson.
 *
 * <p>It is the one that is used where a program brings no provider of its own.
 */
public final class DjlProvider implements PredictorProvider<Object, Object> {

  /** Creates a provider. */
  public DjlProvider() {}

  /**
   * Chooses by {@code translatorFactory}, then loads the model on its devices.
   *
   * @throws StartException if a setting is wrong or not known, or something is missing; one line
   *     that says what
   */
  @Override
  public LoadedModel<Object, Object> load(DeployedModel model, LoadProgress progress)
      throws Exception {
    TorchSettings settings = TorchSettings.from(model.settings());
    String factory = settings.translatorFactory();
    if (factory == null) {
      TorchSettings.refuseUnknownOptions(model.settings().keySet());
      return tensors().load(model, progress);
    }
    return TranslatedProvider.of(factory, settings.instanceClass()).load(model, progress);
  }

  @SuppressWarnings("unchecked") // the instances are what its own reader reads
  private static PredictorProvider<Object, Object> tensors() {
    return (PredictorProvider<Object, Object>) (PredictorProvider<?, ?>) new TorchScriptProvider();
  }

  @Override
  public boolean servesAnyModel() {
    return true;
  }

  /** Whether the engine is PyTorch, or none is named and a {@code .pt} file is there. */
  @Override
  public boolean recognizes(DeployedModel model) {
    String engine = model.settings().get(TorchSettings.ENGINE);
    return engine == null ? ModelFile.in(model.directory()) : TorchSettings.isPyTorch(engine);
  }

  @Override
  public Set<String> settingNames() {
    return TorchSettings.ALL_NAMES;
  }

  @Override
  public List<Check> checks(DeployedModel model) {
    List<Check> checks = new ArrayList<>(NativePreflight.checks(model));
    try {
      if (!model.settings().containsKey(TorchSettings.TRANSLATOR_FACTORY)) {
        TorchSettings.refuseUnknownOptions(model.settings().keySet());
      }
    } catch (StartException e) {
      checks.add(NativePreflight.failed("settings", e));
    }
    return checks;
  }
}
