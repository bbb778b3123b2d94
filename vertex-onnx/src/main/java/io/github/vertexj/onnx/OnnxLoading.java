package io.github.vertexj.onnx;

import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.Joining;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Loads a model, and chooses what an instance and a prediction of it are. */
final class OnnxLoading {
  private OnnxLoading() {}

  /** What is made of a model that is loaded on its devices. */
  interface Serving<I, P> {
    LoadedModel<I, P> of(OnnxReplicas replicas, OnnxSettings settings);
  }

  /** Loads; what is loaded is closed if it cannot be served. */
  static <I, P> LoadedModel<I, P> load(
      DeployedModel model, LoadProgress progress, Serving<I, P> serving) {
    OnnxSettings settings = OnnxSettings.from(model.settings());
    for (Check check : OnnxPreflight.libraryChecks()) {
      if (check.verdict() == Check.Verdict.FAILED) {
        throw new StartException(check.finding() + "; " + check.remedy());
      }
    }
    OnnxReplicas replicas = OnnxReplicas.load(model, settings, progress);
    try {
      return serving.of(replicas, settings);
    } catch (RuntimeException e) {
      replicas.close();
      throw e;
    }
  }

  /** Serves a model as tensors. */
  static LoadedModel<Tensors, Tensors> tensors(OnnxReplicas replicas, OnnxSettings settings) {
    Signature signature = replicas.signature();
    if (!signature.numbersIn() || !signature.numbersOut() || !settings.columns().isEmpty()) {
      throw new StartException(
          "the model %s has text, maps or named columns; serve it with OnnxTableProvider"
              .formatted(signature));
    }
    return TensorServing.of(replicas, joining(signature, settings));
  }

  /** Serves a model as rows. */
  static LoadedModel<Map<String, @Nullable Object>, Map<String, Object>> rows(
      OnnxReplicas replicas, OnnxSettings settings) {
    Signature signature = replicas.signature();
    return RowServing.of(
        replicas, RowLayout.of(signature, settings.columns()), joining(signature, settings));
  }

  /** Serves a model as what its inputs and outputs are. */
  @SuppressWarnings("unchecked") // the instances are what the model's own reader reads
  static LoadedModel<Object, Object> any(OnnxReplicas replicas, OnnxSettings settings) {
    Signature signature = replicas.signature();
    boolean table = signature.columns() || !signature.numbersIn() || !signature.numbersOut();
    LoadedModel<?, ?> loaded =
        table || !settings.columns().isEmpty()
            ? rows(replicas, settings).toBuilder().predictionWriter(OnnxLoading::write).build()
            : tensors(replicas, settings);
    return (LoadedModel<Object, Object>) loaded;
  }

  /** Writes the prediction of a model with one output without its name. */
  private static void write(
      Map<String, Object> prediction, com.fasterxml.jackson.core.JsonGenerator generator)
      throws java.io.IOException {
    generator.writePOJO(
        prediction.size() == 1 ? prediction.values().iterator().next() : prediction);
  }

  private static Joining joining(Signature signature, OnnxSettings settings) {
    if (signature.oneAtATime()) {
      return Joining.NEVER;
    }
    String text = settings.batching();
    try {
      return text == null ? Joining.PROVEN : Joining.fromText(text);
    } catch (IllegalArgumentException e) {
      throw new StartException(
          "%s=%s in serving.properties: %s; write such as %s=proven"
              .formatted(OnnxSettings.BATCHING, text, e.getMessage(), OnnxSettings.BATCHING),
          e);
    }
  }
}
