package io.github.vertexj.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A provider that has loaded its model, and the predictors of all its workers. */
final class LoadedProvider<I, P> implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PredictorProvider<I, P> provider;
  private final EnvelopeWriter<P> writer;
  private final List<Predictor<I, P>> predictors = new ArrayList<>();

  private LoadedProvider(PredictorProvider<I, P> provider) {
    this.provider = provider;
    this.writer = EnvelopeWriter.of(provider.predictionWriter(), BytePool.of(0));
  }

  static <I, P> LoadedProvider<I, P> load(PredictorProvider<I, P> provider, DeployedModel model) {
    try {
      provider.load(model, stage -> {});
      LoadedProvider<I, P> loaded = new LoadedProvider<>(provider);
      for (int worker = 0; worker < provider.workers(); worker++) {
        loaded.predictors.add(provider.newPredictor(worker));
      }
      return loaded;
    } catch (Exception e) {
      throw new AssertionError("the model could not be loaded", e);
    }
  }

  PredictorProvider<I, P> provider() {
    return provider;
  }

  int workers() {
    return predictors.size();
  }

  void warmUp(int worker) throws Exception {
    provider.warmUp(predictors.get(worker), provider.batchPolicy().maxBatchSize());
  }

  List<JsonNode> predict(int worker, List<I> instances) throws Exception {
    return predict(worker, instances, Parameters.absent());
  }

  List<JsonNode> predict(int worker, List<I> instances, Parameters parameters) throws Exception {
    return json(raw(worker, instances, parameters));
  }

  List<P> raw(int worker, List<I> instances, Parameters parameters) throws Exception {
    return predictors.get(worker).predict(instances, parameters);
  }

  /** Writes predictions as a reply does, each for itself. */
  List<JsonNode> json(List<P> predictions) throws IOException {
    try (PooledBuffer reply = writer.write(predictions, null)) {
      JsonNode written = JSON.readTree(reply.array(), 0, reply.length()).path("predictions");
      List<JsonNode> all = new ArrayList<>();
      written.forEach(all::add);
      return all;
    }
  }

  /** Closes the predictors and then the provider, each time it is called. */
  @Override
  public void close() {
    predictors.forEach(Predictor::close);
    provider.close();
  }
}
