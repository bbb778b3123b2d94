package io.github.vertexj.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Tensor;
import java.util.function.IntConsumer;
import java.util.function.ToIntFunction;

/** A model that gives back the numbers which it is sent, be they JSON or tensors. */
enum EchoModel {
  OF_JSON {
    @Override
    PredictorProvider<?, ?> provider(IntConsumer before) {
      return echo(JsonNode.class, JsonNode::asInt, before);
    }
  },
  OF_TENSORS {
    @Override
    PredictorProvider<?, ?> provider(IntConsumer before) {
      return echo(Tensor.class, tensor -> (int) tensor.toFloats()[0], before);
    }
  };

  /**
   * Returns a provider.
   *
   * @param before is told each number before any of its batch is given back
   */
  abstract PredictorProvider<?, ?> provider(IntConsumer before);

  private static <I> PredictorProvider<I, I> echo(
      Class<I> type, ToIntFunction<I> number, IntConsumer before) {
    return PredictorProvider.of(
        type,
        (instances, parameters) -> {
          instances.forEach(instance -> before.accept(number.applyAsInt(instance)));
          return instances;
        });
  }
}
