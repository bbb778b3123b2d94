package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.serving.PredictionHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When health is 200, when it is 503, and that it answers whatever else goes on. */
abstract class HealthContract extends ServerContract {
  private static final String ENVELOPE = "{\"instances\": [1]}";
  private static final int MANY_CLIENTS = 128; // more than any sane pool of worker threads

  HealthContract(AdapterContract adapter) {
    super(adapter);
  }

  @Test
  void required_C1_31_health_is_exactly_200_when_ready() throws Exception {
    ServedHandler served = ready(new EchoProvider());
    JsonNode health = served.health().expect(200).json();
    assertThat(health.path("status").asText()).isEqualTo("ready");
  }

  @Test
  void required_C1_22_port_is_open_before_the_model_loads() throws Exception {
    ServedHandler served = serve(PredictionHandler.builder(new EchoProvider()));
    assertUnavailable(served, "starting");
  }

  @Test
  void required_C1_34_health_is_503_with_a_reason_until_loaded_and_warm() throws Exception {
    Gate load = newGate();
    Gate warmUp = newGate();
    ServedHandler served = serve(PredictionHandler.builder(new SlowStart(load, warmUp)));
    CompletableFuture<String> started = served.handler().start();
    load.awaitArrivals(1);
    assertUnavailable(served, "fetching 41 %");
    load.open();
    warmUp.awaitArrivals(1);
    assertUnavailable(served, "warming up worker 1 of 1");
    warmUp.open();
    assertThat(ServedHandler.await(started)).contains("cpu");
    served.health().expect(200);
    assertThat(served.predict(ENVELOPE).predictions()).hasSize(1);
  }

  @Test
  void required_C1_33_health_stays_503_after_a_failed_load() throws Exception {
    ServedHandler served =
        serve(
            PredictionHandler.builder(
                new EchoProvider() {
                  @Override
                  void beforeLoading(LoadProgress progress) throws IOException {
                    throw new IOException("weights.pt is cut short");
                  }
                }));
    CompletableFuture<String> started = served.handler().start();
    assertThat(started.handle((line, failure) -> failure)).succeedsWithin(PATIENCE);
    assertUnavailable(served, "weights.pt is cut short");
  }

  @Test
  void required_C1_35_health_is_503_and_predictions_are_served_once_unready() throws Exception {
    ServedHandler served = ready(new EchoProvider());
    served.handler().unready();
    JsonNode health = served.health().expect(503).json();
    assertThat(health.path("status").asText()).isEqualTo("draining");
    assertThat(served.predict(ENVELOPE).predictions()).hasSize(1);
  }

  @Test
  void required_C1_37_health_answers_while_the_predictor_hangs_and_the_queue_is_full()
      throws Exception {
    Gate gate = newGate();
    BatchPolicy one = BatchPolicy.DEFAULT.maxBatchSize(1).maxQueuedInstances(1);
    ServedHandler served =
        ready(PredictionHandler.builder(EchoProvider.behind(gate)).batchPolicy(one));
    assertHealthyBehindManyClients(served, gate);
  }

  @Test
  void required_C1_37_health_answers_while_every_thread_that_may_block_is_blocked()
      throws Exception {
    Gate gate = newGate();
    ServedHandler served =
        ready(
            new EchoProvider() {
              @Override
              LoadedModel.Builder<JsonNode, JsonNode> model() {
                return super.model()
                    .instanceReader(InstanceReader.streaming(parser -> readBehind(gate, parser)));
              }
            });
    assertHealthyBehindManyClients(served, gate);
  }

  private void assertHealthyBehindManyClients(ServedHandler served, Gate gate) throws Exception {
    for (int i = 0; i < MANY_CLIENTS; i++) {
      connect(served).send(Wire.post("/predict", ENVELOPE));
    }
    gate.awaitArrivals(1);
    served.health().expect(200);
    connect(served).send(Wire.request("GET", "/health")).answer().expect(200);
  }

  @Test
  void required_C1_37_health_answers_while_clients_are_slow_to_send_their_bodies()
      throws Exception {
    ServedHandler served = ready(new EchoProvider());
    for (int i = 0; i < MANY_CLIENTS; i++) {
      connect(served).send(Wire.postHead("/predict", ENVELOPE.length())).send(Wire.bytes("{"));
    }
    served.health().expect(200);
  }

  @Test
  void required_C1_36_head_on_health_is_get_without_the_body() throws Exception {
    ServedHandler served = ready(new EchoProvider());
    RawConnection connection = connect(served);
    Answer get = connection.send(Wire.request("GET", "/health")).answer().expect(200);
    Answer head = connection.send(Wire.request("HEAD", "/health")).answerWithoutBody().expect(200);
    assertThat(head.header("content-type")).isEqualTo(get.header("content-type"));
    assertThat(head.header("content-length")).isEqualTo(get.header("content-length"));
    connection.send(Wire.request("GET", "/health")).answer().expect(200);
  }

  private static final Duration PATIENCE = Duration.ofSeconds(Gate.PATIENCE_SECONDS);

  private static void assertUnavailable(ServedHandler served, String reason) throws Exception {
    JsonNode health = served.health().expect(503).json();
    assertThat(health.path("reason").asText()).isEqualTo(reason);
    Answer refused = served.predict(ENVELOPE);
    assertThat(refused.error(503)).contains(reason);
    assertThat(refused.header("retry-after")).matches("[0-9]+");
  }

  private static JsonNode readBehind(Gate gate, JsonParser parser) throws IOException {
    gate.pass();
    return com.fasterxml.jackson.databind.node.IntNode.valueOf(parser.getIntValue());
  }

  /** Waits while it loads and while it warms up. */
  private static final class SlowStart extends EchoProvider {
    private final Gate load;
    private final Gate warmUp;

    SlowStart(Gate load, Gate warmUp) {
      this.load = load;
      this.warmUp = warmUp;
    }

    @Override
    void beforeLoading(LoadProgress progress) {
      progress.report("fetching 41 %");
      load.pass();
    }

    @Override
    LoadedModel.Builder<JsonNode, JsonNode> model() {
      return super.model().warmUp((predictor, samples, maxBatchSize) -> warmUp.pass());
    }
  }
}
