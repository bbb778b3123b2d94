package io.github.vertexj.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.serving.Call;
import io.github.vertexj.serving.PredictionHandler;
import io.github.vertexj.serving.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the enforcer cannot see: that our code runs with the versions which the stack chose. */
class TypicalStackTest {
  record Order(double distanceKm, List<String> dishes) {}

  @Test
  void instancesOfAClass_areReadAndPredictionsWritten() throws Exception {
    Predictor<Order, Map<String, Object>> predictor =
        (orders, parameters) ->
            orders.stream()
                .map(order -> Map.<String, Object>of("minutes", 4 * order.dishes().size()))
                .toList();
    assertThat(
            predict(
                PredictorProvider.of(Order.class, predictor),
                "{\"instances\": [{\"distanceKm\": 2, \"dishes\": [\"so\\u0070a\", \"arroz\"]}]}"))
        .isEqualTo("{\"predictions\":[{\"minutes\":8}]}");
  }

  @Test
  void instancesOfTheStacksOwnTrees_areReadAndPredictionsWritten() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    Predictor<ObjectNode, ObjectNode> predictor =
        (trees, parameters) ->
            trees.stream()
                .map(tree -> mapper.createObjectNode().put("fields", tree.size()))
                .toList();
    assertThat(
            predict(
                PredictorProvider.of(ObjectNode.class, predictor),
                "{\"instances\": [{\"a\": 1, \"b\": {}}, {}], \"parameters\": null}"))
        .isEqualTo("{\"predictions\":[{\"fields\":2},{\"fields\":0}]}");
  }

  @Test
  void logging_isTheStacksOwn() {
    assertThat(LoggerFactory.getLogger(PredictionHandler.class).getClass().getName())
        .isEqualTo("ch.qos.logback.classic.Logger");
  }

  private static String predict(PredictorProvider<?, ?> provider, String json) throws Exception {
    try (PredictionHandler handler = PredictionHandler.builder(provider).build()) {
      handler.start().get(1, TimeUnit.MINUTES);
      RequestHead head = new RequestHead("POST", "/predict", null, Map.<String, String>of()::get);
      byte[] bytes = json.getBytes(UTF_8);
      try (Call call = handler.call(head)) {
        call.append(bytes, 0, bytes.length);
        call.run(Runnable::run, true);
        return UTF_8.decode(call.reply().get(1, TimeUnit.MINUTES).body()).toString();
      }
    }
  }
}
