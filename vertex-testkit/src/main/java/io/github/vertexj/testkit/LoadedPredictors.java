package io.github.vertexj.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.WorkerPredictor;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A model that is loaded, and the predictors of all its workers. */
final class LoadedPredictors<I, P> implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LoadedModel<I, P> model;
  private final EnvelopeWriter<P> writer;
  private final List<WorkerPredictor<I, I, P>> predictors = new ArrayList<>();

  private LoadedPredictors(LoadedModel<I, P> model) {
    this.model = model;
    this.writer = EnvelopeWriter.of(model.predictionWriter(), BytePool.of(0));
  }

  static <I, P> LoadedPredictors<I, P> load(
      PredictorProvider<I, P> provider, DeployedModel deployed) {
    try {
      LoadedModel<I, P> model = provider.load(deployed, stage -> {});
      LoadedPredictors<I, P> loaded = new LoadedPredictors<>(model);
      for (int worker = 0; worker < model.workers(); worker++) {
        loaded.predictors.add(model.newPredictor(worker));
      }
      return loaded;
    } catch (Exception e) {
      throw new AssertionError("the model could not be loaded", e);
    }
  }

  LoadedModel<I, P> model() {
    return model;
  }

  int workers() {
    return predictors.size();
  }

  void warmUp(int worker, List<I> samples) throws Exception {
    predictors.get(worker).warmUp(samples, model.batchPolicy().maxBatchSize());
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

  /** Closes the predictors and then the model, each time it is called. */
  @Override
  public void close() {
    predictors.forEach(Predictor::close);
    model.close();
  }
}
