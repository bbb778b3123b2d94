package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Received;
import io.github.vertexj.ReceivedRequest;
import io.github.vertexj.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a predictor may know of the requests that its instances came with. */
abstract class ReceivedContract extends ServerContract {
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c8031";
  private static final int CLIENTS = 16;

  ReceivedContract(AdapterContract adapter) {
    super(adapter);
  }

  /** Answers each instance with what its own request says; waits at a gate for some. */
  private static PredictorProvider<String, String> telling(Gate gate) {
    return PredictorProvider.receiving(
        String.class,
        (batch, parameters) -> {
          if (batch.stream().map(Received::instance).anyMatch("wait"::equals)) {
            gate.pass();
          }
          return batch.stream().map(each -> each.instance() + told(each.request())).toList();
        });
  }

  private static String told(ReceivedRequest request) {
    assertThat(request.timeLeft()).isBetween(Duration.ZERO, Duration.ofMinutes(10));
    assertThat(request.abandoned()).isFalse();
    Trace trace = request.trace();
    return " of " + request.header("x-user") + (trace == null ? "" : " in " + trace.traceId());
  }

  private RawConnection ask(ServedHandler served, String instance, String... headers)
      throws Exception {
    String envelope = "{\"instances\": [\"" + instance + "\"]}";
    return connect(served).send(Wire.post("/predict", envelope, headers));
  }

  @Test
  void required_C3_45_each_instance_of_a_batch_comes_with_its_own_request() throws Exception {
    Gate gate = newGate();
    ServedHandler served = ready(telling(gate));
    RawConnection first = ask(served, "wait");
    gate.awaitArrivals(1); // so that the others are joined
    List<RawConnection> others = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      String traceId = TRACE_ID + "%02x".formatted(client);
      others.add(
          ask(
              served,
              "c" + client,
              "X-User: u" + client,
              "traceparent: 00-" + traceId + "-b7ad6b7169203331-01"));
    }
    gate.open();
    assertThat(first.answer().predictions()).hasToString("[\"wait of null\"]");
    for (int client = 0; client < CLIENTS; client++) {
      assertThat(others.get(client).answer().predictions())
          .hasToString("[\"c%d of u%d in %s%02x\"]".formatted(client, client, TRACE_ID, client));
    }
  }

  @Test
  void required_a_handlers_instances_come_with_its_request() throws Exception {
    Gate gate = newGate();
    PredictorProvider<String, String> asked =
        telling(gate)
            .with(
                handlers ->
                    handlers.onRoute(
                        "GET",
                        "/ask",
                        (request, predictor) ->
                            io.github.vertexj.RawReply.text(predictor.predict("raw"))));
    RawConnection connection = connect(ready(asked));
    connection.send(Wire.request("GET", "/ask", "x-user: me"));
    assertThat(connection.answer().expect(200).body()).isEqualTo("raw of me");
  }

  @Test
  void required_C3_22_a_predictor_learns_that_its_client_has_gone() throws Exception {
    Gate atWork = newGate();
    atWork.open();
    CompletableFuture<String> header = new CompletableFuture<>();
    ServedHandler served =
        ready(
            PredictorProvider.<String, String>receiving(
                String.class,
                (batch, parameters) -> {
                  atWork.pass();
                  ReceivedRequest request = batch.get(0).request();
                  while (!request.abandoned() && !request.timeLeft().isNegative()) {
                    Thread.onSpinWait();
                  }
                  header.complete(String.valueOf(request.header("x-user")));
                  return List.of("in vain");
                }));
    RawConnection leaving = ask(served, "a", "X-User: me");
    atWork.awaitArrivals(1);
    leaving.close();
    assertThat(header.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("null");
  }
}
