package io.github.vertexj.helloworld;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.Handlers;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.RawRequest;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.undertow.ModelServer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that says hello, whatever it is told. */
public final class HelloWorld {
  private static final Logger log = LoggerFactory.getLogger(HelloWorld.class);

  static ModelServer.Builder server() {
    Predictor<JsonNode, String> hello =
        (instances, parameters) -> Collections.nCopies(instances.size(), "hello world.");
    return ModelServer.builder(PredictorProvider.of(JsonNode.class, hello).with(HelloWorld::routes))
        .handler(PredictionHandler.Builder::healthByPost);
  }

  private static void routes(Handlers<JsonNode, String> handlers) {
    handlers
        .onMediaType("application/json", HelloWorld::predict)
        .onMediaType("*/*", HelloWorld::predict)
        .onRoute("POST", "/hello-world", HelloWorld::predict)
        .otherwise((request, model) -> notFound(request));
  }

  private static RawReply predict(RawRequest request, BatchedPredictor<JsonNode, String> model) {
    if (!request.body().hasRemaining()) {
      return RawReply.text("no parameters").withStatus(400);
    }
    return RawReply.json(Map.of("predictions", List.of(model.predict(request.lenientJson()))));
  }

  private static RawReply notFound(RawRequest request) {
    String query = request.query() == null ? "" : "?" + request.query();
    String url = "http://" + request.header("Host") + request.path() + query;
    log.warn("not found: {}", url);
    return RawReply.text("not found: " + url).withStatus(404);
  }

  /** Serves until the process is told to stop. */
  public static void main(String[] arguments) {
    server().build().run();
  }
}
