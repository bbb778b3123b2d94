package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import io.github.vertexj.serving.PredictionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the caller sees when a predictor fails, and that only the caller concerned sees it. */
abstract class FaultContract extends ServerContract {
  private static final int MOST_TRIES = 20;

  /** What is to come before the deadline does, also if the machine stalls for a second. */
  private static final Duration AFTER_A_STALL = Duration.ofSeconds(2);

  private static final byte[] FOR_THE_OTHER_WORKER = Wire.post("/predict", "{\"instances\": [1]}");

  FaultContract(AdapterContract adapter) {
    super(adapter);
  }

  @TestFactory
  Stream<DynamicTest> required_C3_40_predictor_that_fails_is_500_without_its_text()
      throws Exception {
    RawConnection connection = connect(ready(new Faulty()));
    return Stream.of("too few", "too many", "null batch", "exception", "error")
        .map(fault -> fault(connection, fault, 500, ""));
  }

  @TestFactory
  Stream<DynamicTest> required_C3_40_predictor_that_refuses_its_input_is_400_with_its_text()
      throws Exception {
    RawConnection connection = connect(ready(new Faulty()));
    return Stream.of(
        fault(connection, "refused", 400, "the image must be square"),
        fault(connection, "refused at", 400, "the image must be square at $.instances[0]"),
        fault(connection, "out of memory", 503, "memory"));
  }

  @TestFactory
  Stream<DynamicTest> required_C3_19_prediction_that_json_cannot_carry_is_500_with_its_path()
      throws Exception {
    RawConnection connection = connect(ready(new Faulty()));
    return Stream.of("NaN", "infinity")
        .map(fault -> fault(connection, fault, 500, "$.predictions[0]"));
  }

  @TestFactory
  Stream<DynamicTest> required_C3_40_reader_or_writer_that_fails_is_500_without_its_text()
      throws Exception {
    RawConnection connection = connect(ready(new FaultyInAndOut()));
    return Stream.of("read exception", "read error", "write exception", "write error")
        .map(fault -> fault(connection, fault, 500, ""));
  }

  private static DynamicTest fault(
      RawConnection connection, String fault, int status, String saying) {
    return dynamicTest(
        fault,
        () -> {
          connection.send(Wire.post("/predict", "{\"instances\": [\"" + fault + "\"]}"));
          assertThat(connection.answer().error(status)).contains(saying);
          connection.send(Wire.post("/predict", "{\"instances\": [\"good\"]}"));
          assertThat(connection.answer().predictions()).hasToString("[\"good\"]");
        });
  }

  @Test
  void required_C3_35_prediction_past_its_deadline_is_504_while_the_predictor_hangs()
      throws Exception {
    Gate gate = newGate();
    ServedHandler served =
        ready(
            PredictionHandler.builder(EchoProvider.waitingAt(gate, 2))
                .requestTimeout(Duration.ofMillis(500)));
    RawConnection connection = connect(served);
    connection.send(Wire.post("/predict", "{\"instances\": [\"wait\"]}"));
    connection.answer().error(504);
    Answer others = connection.send(FOR_THE_OTHER_WORKER).answer();
    for (int tries = 1; others.status() == 504 && tries < MOST_TRIES; tries++) {
      others = connection.send(FOR_THE_OTHER_WORKER).answer(); // its own time passed in a stall
    }
    assertThat(others.predictions()).hasToString("[1]");
  }

  @Test
  void required_C3_22_request_past_its_deadline_in_the_queue_never_reaches_the_predictor()
      throws Exception {
    Gate gate = newGate();
    ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    ServedHandler served =
        ready(
            PredictionHandler.builder(EchoProvider.seeing(seen, gate))
                .batchPolicy(BatchPolicy.DEFAULT.maxBatchSize(1))
                .requestTimeout(AFTER_A_STALL));
    CompletableFuture<Answer> running = served.predictLater("{\"instances\": [\"running\"]}");
    gate.awaitArrivals(1);
    ServedHandler.await(served.predictLater("{\"instances\": [\"late\"]}")).error(504);
    ServedHandler.await(running).error(504);
    gate.open();
    assertThat(served.predict("{\"instances\": [\"next\"]}").predictions())
        .hasToString("[\"next\"]");
    assertThat(seen).containsExactly("running", "next");
  }

  @Test
  void required_one_bad_instance_fails_only_the_request_that_holds_it() throws Exception {
    boolean sharedABatch = false;
    for (int tries = 0; tries < MOST_TRIES && !sharedABatch; tries++) {
      sharedABatch = culpritSharesABatch();
    }
    assertThat(sharedABatch).as("the good and the bad request were in one batch").isTrue();
  }

  /**
   * Sends three requests for a queue that takes two of them, so that the refusal of the third tells
   * that the two wait.
   *
   * @return whether the bad one was among the two
   */
  private boolean culpritSharesABatch() throws Exception {
    Gate gate = newGate();
    ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();
    ServedHandler served =
        ready(
            PredictionHandler.builder(new Square(gate, batches))
                .batchPolicy(new BatchPolicy(4, Duration.ZERO, 4)));
    CompletableFuture<Answer> first = served.predictLater("{\"instances\": [0]}");
    gate.awaitArrivals(1);
    List<CompletableFuture<Answer>> requests = new ArrayList<>();
    for (String instances : List.of("[3, -1]", "[1, 2]", "[5, 6]")) {
      requests.add(served.predictLater("{\"instances\": " + instances + "}"));
    }
    Waiting.awaitRejections(requests, 1);
    CompletableFuture<Answer> bad = requests.get(0);
    boolean shares = !bad.isDone();
    CompletableFuture<Answer> good = requests.get(requests.get(1).isDone() ? 2 : 1);
    gate.open();
    assertThat(ServedHandler.await(first).predictions()).hasToString("[0]");
    if (shares) {
      assertThat(ServedHandler.await(bad).error(400)).endsWith("at $.instances[1]");
      assertThat(batches).contains(4);
    }
    assertThat(ServedHandler.await(good).predictions().toString()).isIn("[1,4]", "[25,36]");
    return shares;
  }

  /** Fails as its first instance says. */
  private static final class Faulty extends EchoProvider {
    @Override
    @SuppressWarnings("NullAway") // a predictor that breaks its contract is the point
    List<JsonNode> predict(List<JsonNode> instances, Parameters parameters) throws Exception {
      return switch (instances.get(0).asText()) {
        case "too few" -> List.of();
        case "too many" -> List.of(TextNode.valueOf("a"), TextNode.valueOf("b"));
        case "null batch" -> null;
        case "exception" -> throw new Exception(Wire.MARKER);
        case "error" -> throw new StackOverflowError(Wire.MARKER);
        case "refused" -> throw new InvalidInputException("the image must be square");
        case "refused at" -> throw InvalidInputException.at(0, "the image must be square");
        case "out of memory" -> throw outOfMemory();
        case "NaN" -> List.of(DoubleNode.valueOf(Double.NaN));
        case "infinity" -> List.of(DoubleNode.valueOf(Double.NEGATIVE_INFINITY));
        default -> instances;
      };
    }

    private static OutOfMemoryException outOfMemory() {
      return new OutOfMemoryException(Wire.MARKER, new IllegalStateException(Wire.MARKER));
    }
  }

  /** Fails while an instance is read or a prediction is written, as the text there says. */
  private static final class FaultyInAndOut extends EchoProvider {
    @Override
    LoadedModel.Builder<JsonNode, JsonNode> model() {
      return super.model()
          .instanceReader(
              InstanceReader.streaming(
                  parser -> {
                    fail("read", parser.getText());
                    return TextNode.valueOf(parser.getText());
                  }))
          .predictionWriter(
              (prediction, generator) -> {
                fail("write", prediction.asText());
                generator.writeString(prediction.asText());
              });
    }

    private static void fail(String what, String fault) {
      if (fault.equals(what + " exception")) {
        throw new IllegalStateException(Wire.MARKER);
      }
      if (fault.equals(what + " error")) {
        throw new StackOverflowError(Wire.MARKER);
      }
    }
  }

  /** Squares what is not negative. */
  private static final class Square extends EchoProvider {
    private final Gate gate;
    private final ConcurrentLinkedQueue<Integer> batches;

    Square(Gate gate, ConcurrentLinkedQueue<Integer> batches) {
      this.gate = gate;
      this.batches = batches;
    }

    @Override
    List<JsonNode> predict(List<JsonNode> instances, Parameters parameters) {
      batches.add(instances.size());
      gate.pass();
      List<JsonNode> squares = new ArrayList<>();
      for (int i = 0; i < instances.size(); i++) {
        int number = instances.get(i).asInt();
        if (number < 0) {
          throw InvalidInputException.at(i, "a number must not be negative");
        }
        squares.add(com.fasterxml.jackson.databind.node.IntNode.valueOf(number * number));
      }
      return squares;
    }
  }
}
