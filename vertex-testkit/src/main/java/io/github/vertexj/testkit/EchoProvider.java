package io.github.vertexj.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import java.util.List;
import java.util.Queue;

/** Predicts each instance as itself; a test overrides what it needs to be otherwise. */
class EchoProvider implements PredictorProvider<JsonNode, JsonNode> {

  /** A predictor that first waits at a gate. */
  static EchoProvider behind(Gate gate) {
    return new EchoProvider() {
      @Override
      List<JsonNode> predict(List<JsonNode> instances, Parameters parameters) {
        gate.pass();
        return instances;
      }
    };
  }

  /** A predictor that notes each instance, as text, before it waits at a gate. */
  static EchoProvider seeing(Queue<String> seen, Gate gate) {
    return new EchoProvider() {
      @Override
      List<JsonNode> predict(List<JsonNode> instances, Parameters parameters) {
        instances.forEach(instance -> seen.add(instance.asText()));
        gate.pass();
        return instances;
      }
    };
  }

  /** A predictor that waits at a gate for instances that are the text {@code wait}. */
  static EchoProvider waitingAt(Gate gate, int workers) {
    return new EchoProvider() {
      @Override
      List<JsonNode> predict(List<JsonNode> instances, Parameters parameters) {
        if (instances.get(0).asText().equals("wait")) {
          gate.pass();
        }
        return instances;
      }

      @Override
      LoadedModel.Builder<JsonNode, JsonNode> model() {
        return super.model().workers(workers);
      }
    };
  }

  /** A predictor that tells each instance which parameters came with it. */
  static EchoProvider ofParameters() {
    return new EchoProvider() {
      @Override
      List<JsonNode> predict(List<JsonNode> instances, Parameters parameters) {
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        told.put("present", parameters.present());
        if (parameters.present()) {
          told.set("json", parameters.json());
        }
        return instances.stream().map(instance -> (JsonNode) told).toList();
      }
    };
  }

  /** A predictor beside which {@code GET /stream} has an answer. */
  static PredictorProvider<JsonNode, JsonNode> streaming(RawReply reply) {
    return new EchoProvider()
        .with(handlers -> handlers.onRoute("GET", "/stream", (request, predictor) -> reply));
  }

  List<JsonNode> predict(List<JsonNode> instances, Parameters parameters) throws Exception {
    return instances;
  }

  /** The model, which only {@link #load} makes. */
  LoadedModel.Builder<JsonNode, JsonNode> model() {
    return LoadedModel.builder(JsonNode.class, worker -> this::predict);
  }

  @Override
  public final LoadedModel<JsonNode, JsonNode> load(DeployedModel deployed, LoadProgress progress)
      throws Exception {
    beforeLoading(progress);
    return model().build();
  }

  void beforeLoading(LoadProgress progress) throws Exception {}
}
