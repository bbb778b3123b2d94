package io.github.vertexj.serving;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.Conversion;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.batch.Preparation;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.formats.BodyFormats;
import io.github.vertexj.json.BytePool;
import java.util.ArrayList;
import java.util.List;

/** The start of a model: it is loaded, and a predictor for each worker is made and warmed up. */
final class ModelStart {
  private ModelStart() {}

  /** What the provider and the settings leave open about batching is decided only after loading. */
  interface BatchSetup {
    BatchPolicy policy(BatchPolicy ofProvider);

    BatchListener listener();
  }

  /** Starts a model; on a failure all that was made is closed. */
  static <I, P> LoadedModel<I, P, ?, ?> run(
      PredictorProvider<I, P> provider,
      DeployedModel model,
      BatchSetup batching,
      EnvelopeRules rules,
      LoadProgress progress,
      BytePool pool)
      throws Exception {
    try {
      progress.report("loading the model");
      provider.load(model, progress);
      BodyFormats<I, P> formats = formats(provider, model, rules, pool);
      BatchPolicy policy = batching.policy(provider.batchPolicy());
      List<Predictor<I, P>> predictors = predictors(provider);
      Preparation warmUp =
          worker -> {
            progress.report("warming up worker %d of %d".formatted(worker + 1, predictors.size()));
            provider.warmUp(predictors.get(worker), policy.maxBatchSize());
          };
      return new LoadedModel<>(
          provider,
          Conversion.of(provider, predictors),
          policy,
          batching.listener(),
          warmUp,
          formats);
    } catch (Throwable failure) {
      provider.close();
      throw failure;
    }
  }

  private static <I, P> List<Predictor<I, P>> predictors(PredictorProvider<I, P> provider)
      throws Exception {
    List<Predictor<I, P>> predictors = new ArrayList<>();
    try {
      int workers = provider.workers();
      for (int worker = 0; worker < workers; worker++) {
        predictors.add(provider.newPredictor(worker));
      }
      return predictors;
    } catch (Throwable failure) {
      predictors.forEach(Predictor::close);
      throw failure;
    }
  }

  private static <I, P> BodyFormats<I, P> formats(
      PredictorProvider<I, P> provider, DeployedModel model, EnvelopeRules rules, BytePool pool) {
    String name = model.deployedModelId();
    return BodyFormats.of(
        provider.instanceReader(),
        provider.predictionWriter(),
        name == null ? "model" : name,
        rules,
        pool);
  }
}
