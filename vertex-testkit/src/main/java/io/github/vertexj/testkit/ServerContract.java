package io.github.vertexj.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.serving.PredictionHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * What the topics of the contract have in common: servers that are started for a test and closed
 * after it.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class ServerContract {
  private static final Duration A_MOMENT = Duration.ofMillis(30);

  private final AdapterContract adapter;
  private final List<Gate> gates = new ArrayList<>();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  ServerContract(AdapterContract adapter) {
    this.adapter = adapter;
  }

  @BeforeEach
  void abortWhatTheAdapterCannotKeep(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    String reason = adapter.notKept().get(name);
    if (reason != null) {
      abort("not kept by this adapter: " + reason);
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    gates.forEach(Gate::open); // a predictor that waits would keep its server from closing
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  /** A gate that is opened after the test, if not before. */
  final Gate newGate() {
    Gate gate = new Gate();
    gates.add(gate);
    return gate;
  }

  /** Serves a handler, as the adapter's author says how, without starting it. */
  final ServedHandler serve(PredictionHandler.Builder builder) throws Exception {
    PredictionHandler handler = builder.build();
    return closedAfterwards(
        new ServedHandler(handler, adapter.serve(handler), adapter.closingStatuses()));
  }

  /** Serves a handler and waits until it is ready. */
  final ServedHandler ready(PredictionHandler.Builder builder) throws Exception {
    ServedHandler served = serve(builder);
    ServedHandler.await(served.handler().start());
    return served;
  }

  final ServedHandler ready(PredictorProvider<?, ?> provider) throws Exception {
    return ready(PredictionHandler.builder(provider));
  }

  /** Serves a model with a reply on a route of its own, for {@link #ask}. */
  final ServedHandler streaming(RawReply reply) throws Exception {
    return ready(EchoProvider.streaming(reply));
  }

  /** Asks on a new connection for the reply that is served. */
  final RawConnection ask(ServedHandler served) throws Exception {
    return connect(served).send(Wire.request("GET", "/stream"));
  }

  final RawConnection connect(ServedHandler served) throws Exception {
    return closedAfterwards(served.connect());
  }

  /** Waits until one of these requests is answered; nothing is read. */
  static RawConnection firstAnswered(RawConnection... connections) throws IOException {
    for (int round = 0; round < Gate.PATIENCE_SECONDS * 10; round++) {
      for (RawConnection connection : connections) {
        if (connection.answersWithin(A_MOMENT)) {
          return connection;
        }
      }
    }
    throw new AssertionError("none of these requests was answered");
  }

  final <T extends AutoCloseable> T closedAfterwards(T closeable) {
    opened.push(closeable);
    return closeable;
  }
}
