package io.github.vertexj.attack;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.RawRequest;
import io.github.vertexj.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;

/** What a victim predicts with. */
enum VictimModel {
  /**
   * Any JSON: {@code {"hang": true}} never comes back, {@code {"fail": true}} fails, {@code
   * {"sleep": 50}} takes so many milliseconds, {@code {"reply": 9}} is answered with as many
   * letters, all else with how many members it has. A PNG on the predict route is answered with its
   * width.
   */
  JSON {
    @Override
    PredictorProvider<?, ?> provider() {
      PredictorProvider<JsonNode, Object> provider =
          (model, progress) ->
              LoadedModel.builder(JsonNode.class, worker -> VictimModel::predict)
                  .workers(WORKERS)
                  .build();
      return provider.with(
          handlers -> handlers.onMediaType("image/png", (request, model) -> width(request)));
    }
  },

  /** Tensors, answered with themselves. */
  TENSOR {
    @Override
    PredictorProvider<?, ?> provider() {
      PredictorProvider<Tensor, Tensor> provider =
          (model, progress) ->
              LoadedModel.<Tensor, Tensor>builder(
                      Tensor.class, worker -> (instances, parameters) -> instances)
                  .workers(WORKERS)
                  .build();
      return provider;
    }
  };

  private static final int WORKERS = 2;

  abstract PredictorProvider<?, ?> provider();

  /** The name of the variable that says which a process serves. */
  static final String VARIABLE = "VICTIM_MODEL";

  /** Which one this process serves. */
  static VictimModel ofThisProcess() {
    return valueOf(System.getenv().getOrDefault(VARIABLE, "JSON").toUpperCase(Locale.ROOT));
  }

  private static List<Object> predict(List<JsonNode> instances, Parameters parameters) {
    return instances.stream().map(VictimModel::predict).toList();
  }

  private static Object predict(JsonNode instance) {
    while (instance.path("hang").asBoolean()) {
      LockSupport.park(); // without taking a core from everybody, which would be another attack
    }
    if (instance.path("fail").asBoolean()) {
      throw new IllegalStateException("this instance makes the model fail");
    }
    LockSupport.parkNanos(instance.path("sleep").asLong() * 1_000_000);
    return instance.has("reply") ? "a".repeat(instance.path("reply").asInt()) : instance.size();
  }

  /** As an author does who has not thought of pictures that are larger than they look. */
  private static RawReply width(RawRequest request) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(request.bytes()));
    return RawReply.json(image.getWidth());
  }
}
