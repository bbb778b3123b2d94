package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.vertexj.BatchPolicy;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.Handlers;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.serving.PredictionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * That instances at fault fail their request, or, where whoever deploys the model chose so, have an
 * error in their prediction's place.
 */
abstract class InstanceErrorContract extends ServerContract {
  private static final String UNREADABLE = "{\"side\": \"" + Wire.MARKER + "\"}";
  private static final String REFUSED = "{\"side\": -1}";
  private static final String UNWRITABLE = "{\"side\": 0}";
  private static final String FAILING = "{\"side\": 13}";

  InstanceErrorContract(AdapterContract adapter) {
    super(adapter);
  }

  @TestFactory
  Stream<DynamicTest> required_C3_29_C5_22_error_in_place_is_the_text_that_fails_a_request()
      throws Exception {
    Gate open = newGate();
    open.open();
    RawConnection whole = connect(ready(new Roots(open)));
    RawConnection inPlace = connect(ready(inPlace()));
    return Stream.of(
        fault(whole, inPlace, "unreadable", UNREADABLE, "", 400),
        fault(whole, inPlace, "of another kind", "[1]", "", 400),
        fault(whole, inPlace, "refused by its index", REFUSED, "\"named\"", 400),
        fault(whole, inPlace, "refused without an index", REFUSED, "\"unnamed\"", 400),
        fault(whole, inPlace, "unwritable", UNWRITABLE, "", 500));
  }

  /** One instance among good ones, which are predicted as without it, to the last bit. */
  private static DynamicTest fault(
      RawConnection whole,
      RawConnection inPlace,
      String name,
      String bad,
      String parameters,
      int status) {
    return dynamicTest(
        name,
        () -> {
          String good = "{\"side\": 2}, {\"side\": 3}";
          String envelope = envelope(good + ", " + bad + ", {\"side\": 5}", parameters);
          String text = whole.send(Wire.post("/predict", envelope)).answer().error(status);
          String indexed = text.contains("[2]") ? text : text + " at $.instances[2]";
          ArrayNode written = predictions(inPlace, envelope);
          assertThat(written.remove(2)).hasToString("{\"error\":\"" + indexed + "\"}");
          assertThat(written)
              .isEqualTo(predictions(inPlace, envelope(good + ", {\"side\": 5}", "")));
        });
  }

  @Test
  void required_C5_22_every_bad_instance_of_64_has_its_own_error() throws Exception {
    RawConnection connection = connect(ready(inPlace()));
    for (String named : List.of("\"named\"", "\"unnamed\"")) {
      List<String> instances = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        instances.add(
            List.of("{\"side\": " + i + ".5}", UNREADABLE, REFUSED, UNWRITABLE).get(i % 4));
      }
      JsonNode written = predictions(connection, envelope(String.join(",", instances), named));
      assertThat(written).hasSize(64);
      for (int i = 0; i < 64; i++) {
        assertThat(written.get(i).path("root").isNumber()).isEqualTo(i % 4 == 0);
        if (i % 4 != 0) {
          assertThat(written.get(i).fieldNames()).toIterable().containsExactly("error");
          assertThat(written.get(i).path("error").textValue())
              .contains((i % 4 == 3 ? "$.predictions[" : "$.instances[") + i + "]");
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> required_C5_22_request_without_a_good_instance_is_200() throws Exception {
    RawConnection connection = connect(ready(inPlace()));
    return Stream.of(UNREADABLE, REFUSED, UNWRITABLE)
        .map(
            bad ->
                dynamicTest(
                    bad,
                    () -> {
                      JsonNode written = predictions(connection, envelope(bad + "," + bad, ""));
                      assertThat(written).hasSize(2);
                      assertThat(written).allMatch(prediction -> prediction.has("error"));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> required_C3_29_what_is_no_instances_fault_fails_the_request()
      throws Exception {
    RawConnection connection = connect(ready(inPlace()));
    return Stream.of(
        fails(connection, "not JSON", "{\"instances\": [" + UNREADABLE + ", }]}", 400),
        fails(connection, "no envelope", "{\"instances\": " + UNREADABLE + "}", 400),
        fails(connection, "deep", envelope("[".repeat(200) + "]".repeat(200), ""), 400),
        fails(connection, "predictor failed", envelope(FAILING + "," + UNREADABLE, ""), 500));
  }

  @Test
  void required_C3_29_faulty_parameters_fail_the_request_in_one_call() throws Exception {
    Gate gate = newGate();
    gate.open();
    RawConnection connection = connect(ready(inPlace(gate)));
    String eight = String.join(",", Collections.nCopies(8, "{\"side\": 4}"));
    connection.send(Wire.post("/predict", envelope(eight, "{\"digits\": \"many\"}")));
    assertThat(connection.answer().error(400)).contains("$.parameters.digits");
    assertThat(gate.arrivals()).isEqualTo(1);
  }

  private static DynamicTest fails(
      RawConnection connection, String name, String envelope, int status) {
    return dynamicTest(
        name,
        () -> {
          connection.send(Wire.post("/predict", envelope)).answer().error(status);
          assertThat(predictions(connection, envelope("{\"side\": 4}", ""))).hasSize(1);
        });
  }

  @Test
  void required_C4_25_instances_of_request_formats_have_their_own_errors() throws Exception {
    RawConnection connection = connect(ready(inPlace()));
    ArrayNode written =
        predictions(
            connection,
            envelope(
                "{\"@requestFormat\": \"root\", \"side\": 4}, {\"@requestFormat\": \"other\"},"
                    + "{\"@requestFormat\": \"root\", \"side\": -4}",
                ""));
    assertThat(written.get(0)).hasToString("{\"root\":2.0}");
    assertThat(written.get(1).path("error").textValue()).contains("$.instances[1].@requestFormat");
    assertThat(written.get(2))
        .hasToString("{\"error\":\"a side must not be negative, in $.instances[2]\"}");
    connection
        .send(Wire.post("/predict", envelope("{\"@requestFormat\":\"root\",\"side\":13}", "")))
        .answer()
        .error(500);
  }

  @Test
  void required_C5_22_requests_in_one_batch_have_their_own_errors() throws Exception {
    Gate gate = newGate();
    ServedHandler served = ready(inPlace(gate).batchPolicy(new BatchPolicy(64, Duration.ZERO, 24)));
    CompletableFuture<Answer> first = served.predictLater(envelope("{\"side\": 1}", ""));
    gate.awaitArrivals(1);
    List<CompletableFuture<Answer>> requests = new ArrayList<>();
    for (int i = 0; i < 9; i++) { // one more than the queue takes, so that its refusal tells
      String instances = "{\"side\": 4}," + REFUSED + ",{\"side\": " + (i + 20) + "}";
      requests.add(served.predictLater(envelope(instances, "\"unnamed\"")));
    }
    Waiting.awaitRejections(requests, 1);
    gate.open();
    assertThat(ServedHandler.await(first).predictions()).hasToString("[{\"root\":1.0}]");
    for (int i = 0; i < 9; i++) {
      Answer answer = ServedHandler.await(requests.get(i));
      if (answer.status() != 429) {
        assertThat(answer.predictions())
            .hasToString(
                "[{\"root\":2.0},{\"error\":\"a side must not be negative at $.instances[1]\"},"
                    + "{\"root\":%s}]",
                Math.sqrt(i + 20));
      }
    }
  }

  private static ArrayNode predictions(RawConnection connection, String envelope) throws Exception {
    Answer answer = connection.send(Wire.post("/predict", envelope)).answer();
    assertThat(answer.body()).doesNotContain(Wire.MARKER);
    return (ArrayNode) answer.predictions();
  }

  private static String envelope(String instances, String parameters) {
    return "{\"instances\": ["
        + instances
        + "]"
        + (parameters.isEmpty() ? "" : ", \"parameters\": " + parameters)
        + "}";
  }

  private PredictionHandler.Builder inPlace() {
    Gate open = newGate();
    open.open();
    return inPlace(open);
  }

  private static PredictionHandler.Builder inPlace(Gate gate) {
    return PredictionHandler.builder(new Roots(gate)).instanceErrors(InstanceErrors.IN_PLACE);
  }

  record Square(double side) {}

  record Root(double root) {}

  /** Predicts square roots; the parameters say whether a refusal names its instance. */
  private static final class Roots implements PredictorProvider<Square, Root> {
    private final Gate gate;

    Roots(Gate gate) {
      this.gate = gate;
    }

    @Override
    public void register(Handlers<Square, Root> handlers) {
      handlers.onFormat(
          "root",
          (request, predictor) -> {
            Square square = new Square(request.json().path("side").doubleValue());
            return RawReply.json(predictor.predict(square));
          });
    }

    @Override
    public LoadedModel<Square, Root> load(DeployedModel model, LoadProgress progress) {
      return LoadedModel.of(Square.class, this::predict);
    }

    private List<Root> predict(List<Square> squares, Parameters parameters) {
      gate.pass();
      parameters.integer("digits", 1);
      List<Root> roots = new ArrayList<>();
      for (Square square : squares) {
        if (square.side() == 13) {
          throw new IllegalStateException(Wire.MARKER);
        }
        if (square.side() < 0) {
          throw refusal(parameters, roots.size());
        }
        roots.add(new Root(square.side() == 0 ? Double.NaN : Math.sqrt(square.side())));
      }
      return roots;
    }

    private static InvalidInputException refusal(Parameters parameters, int index) {
      String text = "a side must not be negative";
      return parameters.present() && parameters.json().asText().equals("named")
          ? InvalidInputException.at(index, text)
          : new InvalidInputException(text);
    }
  }
}
