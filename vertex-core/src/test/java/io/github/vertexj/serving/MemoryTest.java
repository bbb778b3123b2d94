package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request becomes is counted, and not only what it is. */
@Timeout(60)
class MemoryTest {
  private static final int BUDGET = 16 << 20;
  private static final int COUNT = 700_000;

  private static PredictionHandler started(PredictorProvider<?, ?> provider) {
    PredictionHandler handler =
        PredictionHandler.builder(provider).maxRequestMemory(BUDGET).build();
    handler.start().join();
    return handler;
  }

  private static Call send(PredictionHandler handler, Map<String, String> headers, String text) {
    return Calls.send(
        handler, Calls.predict(headers), text.getBytes(StandardCharsets.UTF_8), Runnable::run);
  }

  private static String many(String element) {
    return "[" + (element + ",").repeat(COUNT) + element + "]";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "[]", "1", "\"\"", "{\"a\":1}", "[[]]", "null", "1.5", "{\"Aa\":{}}"})
  void instancesThatBecomeTrees_areRefusedBeforeTheyDo(String element) {
    PredictorProvider<JsonNode, Integer> trees =
        PredictorProvider.of(
            JsonNode.class, (nodes, parameters) -> nodes.stream().map(n -> 1).toList());
    try (PredictionHandler handler = started(trees)) {
      Call bomb = send(handler, Map.of(), "{\"instances\":[" + many(element) + "]}");
      assertThat(Calls.status(bomb)).isEqualTo(413);
      assertThat(Calls.text(bomb)).contains("more memory");
      assertThat(Calls.text(send(handler, Map.of(), "{\"instances\":[{}]}")))
          .isEqualTo("{\"predictions\":[1]}");
    }
  }

  @Test
  void parameters_haveALimitOfTheirOwn() {
    PredictorProvider<Tensor, Tensor> echo =
        PredictorProvider.of(Tensor.class, (tensors, parameters) -> tensors);
    try (PredictionHandler handler = started(echo)) {
      String bomb = "{\"instances\":[1],\"parameters\":" + many("{}") + "}";
      assertThat(Calls.status(send(handler, Map.of(), bomb))).isEqualTo(400);
      String inference =
          "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}],"
              + "\"parameters\":{\"a\":"
              + many("{}")
              + "}}";
      assertThat(Calls.status(send(handler, Map.of(), inference))).isEqualTo(400);
      assertThat(Calls.text(send(handler, Map.of(), "{\"instances\":[1],\"parameters\":{}}")))
          .isEqualTo("{\"predictions\":[1.0]}");
    }
  }

  @Test
  void tensorsOfOneNumber_countAsTheObjectsTheyAre() {
    PredictorProvider<Tensor, Tensor> echo =
        PredictorProvider.of(Tensor.class, (tensors, parameters) -> tensors);
    try (PredictionHandler handler = started(echo)) {
      String bomb = "{\"instances\":" + many("1") + "}";
      assertThat(Calls.status(send(handler, Map.of(), bomb))).isEqualTo(413);
    }
  }

  @Test
  void treesOfRawHandlers_areRefusedBeforeTheyAreMade() {
    PredictorProvider<Integer, Integer> echo =
        PredictorProvider.of(Integer.class, (numbers, parameters) -> numbers);
    try (PredictionHandler handler =
        started(
            echo.with(
                handlers ->
                    handlers
                        .onFormat("f", (request, model) -> RawReply.json(1))
                        .onMediaType(
                            "text/plain",
                            (request, model) -> RawReply.json(request.json().size()))))) {
      assertThat(Calls.status(send(handler, Map.of("Content-Type", "text/plain"), many("{}"))))
          .isEqualTo(413);
      String format = "{\"@requestFormat\":\"f\",\"x\":" + many("{}") + "}";
      assertThat(Calls.status(send(handler, Map.of(), format))).isEqualTo(413);
    }
  }

  @Test
  void repliesThatNobodyTakes_keepTheirMemory() {
    PredictorProvider<Integer, String> long_ =
        PredictorProvider.of(
            Integer.class,
            (numbers, parameters) -> numbers.stream().map("x".repeat(1 << 20)::repeat).toList());
    try (PredictionHandler handler = started(long_)) {
      List<Call> unread = new ArrayList<>();
      int status = 200;
      while (status == 200 && unread.size() < 100) {
        Call call = send(handler, Map.of(), "{\"instances\":[1]}");
        status = Calls.status(call);
        unread.add(call);
      }
      assertThat(status).isEqualTo(429);
      assertThat(unread).hasSizeBetween(8, 16);
      unread.forEach(Call::close);
      assertThat(Calls.status(send(handler, Map.of(), "{\"instances\":[1]}"))).isEqualTo(200);
    }
  }

  /** Names that collide once damaged the parser's table for everybody. */
  @Test
  void namesOfOneClient_areInNobodysWay() {
    record Point(double petalLength, double petalWidth) {}

    PredictorProvider<Point, Double> sums =
        PredictorProvider.of(
            Point.class,
            (points, parameters) ->
                points.stream().map(point -> point.petalLength + point.petalWidth).toList());
    PredictionHandler handler = PredictionHandler.builder(sums).maxRequestMemory(256 << 20).build();
    try (handler) {
      handler.start().join();
      String good =
          "{\"instances\":[{\"petalLength\":1.5,\"petalWidth\":2}],\"parameters\":{\"some\":1}}";
      for (int bits = 14; bits < 17; bits++) {
        StringBuilder names = new StringBuilder();
        for (int name = 0; name < 1 << bits; name++) {
          names.append('"');
          for (int bit = 0; bit < bits; bit++) {
            names.append((name >> bit & 1) == 0 ? "Aa" : "BB");
          }
          names.append("\":1,");
        }
        String bad = "{\"instances\":[{" + names + "\"petalLength\":1}]}";
        assertThat(Calls.status(send(handler, Map.of(), bad))).isIn(200, 400, 413);
        for (int i = 0; i < 300; i++) {
          assertThat(Calls.text(send(handler, Map.of(), good)))
              .isEqualTo("{\"predictions\":[3.5]}");
        }
      }
    }
  }
}
