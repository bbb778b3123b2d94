package io.github.vertexj.djl;

import ai.djl.util.StringPair;
import io.github.vertexj.BatchPolicy;
import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.Handlers;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.StartException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A provider of predictors for any TorchScript model directory: raw tensors as {@link
 * TorchScriptProvider} says, or, if its {@code serving.properties} names a {@code
 * translatorFactory}, what that DJL translator takes and gives.
 *
 * <p>A translator gets all settings as its arguments, those named {@code option.x} as {@code x}. If
 * its factory offers several classes of instances, {@code option.instanceClass} names one; an
 * {@code ai.djl.modality.cv.Image} is read from bytes, {@code {"b64": "…"}} in JSON or the body
 * itself. What DJL can write as JSON itself is written so, all else by Jackson.
 *
 * <p>It is the one that is used where a program brings no provider of its own.
 */
public final class DjlProvider implements PredictorProvider<Object, Object> {

  private static final int UNSUPPORTED_MEDIA_TYPE = 415;

  /** The most instances of a call of the predictor where nothing else is set. */
  private static final int USUAL_BATCH = BatchPolicy.DEFAULT.maxBatchSize();

  private volatile boolean takesImages;

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
    TorchSettings.warnOfNotKept(model.settings().keySet());
    if (factory == null) {
      TorchSettings.refuseUnknownOptions(model.settings().keySet());
      return tensors().load(model, progress);
    }
    TranslatedProvider translated = TranslatedProvider.of(factory, instanceClass(model, settings));
    takesImages = translated.takesImages();
    return translated.load(model, progress);
  }

  /** A reranker takes pairs of texts, and nothing else. */
  private static @Nullable String instanceClass(DeployedModel model, TorchSettings settings) {
    String reranking =
        model.settings().getOrDefault("reranking", model.settings().get("option.reranking"));
    return settings.instanceClass() == null && "true".equals(reranking)
        ? StringPair.class.getName()
        : settings.instanceClass();
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
    if (checks.stream().noneMatch(check -> check.verdict() == Check.Verdict.FAILED)) {
      checks.add(tried(model));
    }
    return checks;
  }

  /** Loads the model and warms it up, as the start does, and says what was found out. */
  private Check tried(DeployedModel model) {
    try (LoadedModel<Object, Object> loaded = load(model, stage -> {})) {
      try (var predictor = loaded.newPredictor(0)) {
        predictor.warmUp(List.of(), USUAL_BATCH);
      }
      return loaded.description().startsWith("instances run alone:")
          ? Check.warned(
              "batches",
              loaded.description(),
              "return one row per instance, or write " + TorchSettings.BATCHING + "=always")
          : Check.passed("model", "loaded; " + loaded.description());
    } catch (Exception e) {
      return NativePreflight.failed(
          "model", e instanceof StartException refused ? refused : new StartException(e + ""));
    }
  }

  /** An image as the body of a request, for a translator that takes images. */
  @Override
  public void register(Handlers<Object, Object> handlers) {
    handlers.onMediaType(
        "image/*",
        (request, model) ->
            takesImages
                ? RawReply.json(
                    Map.of(
                        "predictions",
                        List.of(TranslatedProvider.tree(model.predict(request.bytes())))))
                : RawReply.error(
                    UNSUPPORTED_MEDIA_TYPE, "the model takes no images; send application/json"));
  }
}
