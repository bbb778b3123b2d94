package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.ClientGoneException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.ReplyStream;
import io.github.vertexj.serving.PredictionHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Streamed replies that end otherwise than their writer meant, or while the server ends. */
abstract class StreamEndContract extends ServerContract {
  private static final byte[] PIECE = new byte[64 * 1024];
  private static final int MANY = 100_000;

  StreamEndContract(AdapterContract adapter) {
    super(adapter);
  }

  @Test
  void required_a_failure_before_the_first_piece_is_an_ordinary_error() throws Exception {
    RawConnection connection =
        ask(
            streaming(
                RawReply.events(
                    out -> {
                      throw new InvalidInputException("no such tokens");
                    })));
    assertThat(connection.answer().error(400)).isEqualTo("no such tokens");
    connection.send(Wire.request("GET", "/health")).answer().expect(200);
  }

  @Test
  void required_a_failure_in_a_stream_of_events_is_an_event_and_a_broken_connection()
      throws Exception {
    RawConnection connection =
        ask(
            streaming(
                RawReply.events(
                    out -> {
                      out.event("one");
                      throw new InvalidInputException("no more tokens");
                    })));
    connection.head().expect(200);
    assertThat(connection.chunksUntil("\"}\n\n"))
        .isEqualTo("data: one\n\nevent: error\ndata: {\"error\":\"no more tokens\"}\n\n");
    assertThatThrownBy(connection::chunk).isInstanceOf(IOException.class);
  }

  @Test
  void required_a_failure_while_the_server_drains_never_looks_complete() throws Exception {
    ServedHandler served =
        streaming(
            RawReply.stream(
                "text/plain",
                out -> {
                  out.write("half");
                  throw new IllegalStateException("a bug");
                }));
    served.handler().unready();
    RawConnection connection = ask(served);
    connection.head().expect(200);
    assertThat(connection.chunksUntil("half")).isEqualTo("half");
    assertThatThrownBy(connection::chunk).isInstanceOf(IOException.class);
  }

  @Test
  void required_a_failure_in_a_stream_never_looks_complete() throws Exception {
    RawConnection connection =
        ask(
            streaming(
                RawReply.stream(
                    "text/plain",
                    out -> {
                      out.write("half");
                      throw new IllegalStateException("a bug");
                    })));
    connection.head().expect(200);
    assertThat(connection.chunksUntil("half")).isEqualTo("half");
    assertThatThrownBy(connection::chunk).isInstanceOf(IOException.class);
  }

  @Test
  void required_C3_22_a_client_that_leaves_stops_the_writer() throws Exception {
    CompletableFuture<Throwable> stopped = new CompletableFuture<>();
    RawConnection connection =
        ask(
            streaming(
                RawReply.events(
                    out -> {
                      try {
                        for (int i = 0; i < MANY; i++) {
                          out.event("token " + i);
                          out.write(PIECE);
                        }
                        stopped.complete(new AssertionError("all was written"));
                      } catch (Throwable failure) {
                        stopped.complete(failure);
                        throw failure;
                      }
                    })));
    connection.head().expect(200);
    connection.chunk();
    connection.close();
    assertThat(stopped.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(ClientGoneException.class);
  }

  @Test
  void required_C3_22_a_client_that_leaves_stops_a_silent_writer() throws Exception {
    CompletableFuture<Throwable> stopped = new CompletableFuture<>();
    Gate gate = newGate();
    PredictorProvider<JsonNode, JsonNode> silent =
        EchoProvider.behind(gate)
            .with(
                handlers ->
                    handlers.onRoute(
                        "GET",
                        "/stream",
                        (request, predictor) ->
                            RawReply.events(out -> askInVain(predictor, out, stopped))));
    ServedHandler served = ready(silent);
    var unused = served.predictLater("{\"instances\": [1]}"); // keeps the only worker
    gate.awaitArrivals(1);
    RawConnection connection = ask(served);
    connection.head().expect(200);
    connection.chunksUntil("begun\n\n");
    connection.close();
    assertThat(stopped.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(ClientGoneException.class);
  }

  /** Waits for a prediction that is not made, then writes to nobody. */
  private static void askInVain(
      BatchedPredictor<JsonNode, JsonNode> predictor,
      ReplyStream out,
      CompletableFuture<Throwable> stopped) {
    out.event("begun");
    try {
      predictor.predict(IntNode.valueOf(2));
    } catch (ClientGoneException gone) {
      assertThat(predictor.abandoned()).isTrue();
    }
    try {
      out.event("too late");
    } catch (ClientGoneException gone) {
      stopped.complete(gone);
      throw gone;
    }
  }

  @Test
  void required_C1_45_a_stream_is_finished_before_the_server_ends() throws Exception {
    Gate gate = newGate();
    ServedHandler served =
        streaming(
            RawReply.events(
                out -> {
                  out.event("begun");
                  gate.pass();
                  out.event("[DONE]");
                }));
    RawConnection connection = ask(served);
    connection.head().expect(200);
    connection.chunksUntil("begun\n\n");
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    Thread closing =
        new Thread(() -> closed.complete(served.handler().close(Duration.ofSeconds(30))));
    closing.start();
    gate.awaitArrivals(1);
    gate.open();
    assertThat(connection.chunksUntil("[DONE]\n\n")).isEqualTo("data: [DONE]\n\n");
    assertThat(connection.chunk()).isNull();
    assertThat(closed.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void required_a_stream_that_outlasts_the_patience_of_the_end_says_so() throws Exception {
    ServedHandler served =
        ready(
            PredictionHandler.builder(
                EchoProvider.streaming(
                    RawReply.events(
                        out -> {
                          for (int i = 0; i < MANY; i++) {
                            out.event("token " + i);
                            Thread.onSpinWait();
                          }
                        }))));
    RawConnection connection = ask(served);
    connection.head().expect(200);
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    new Thread(() -> closed.complete(served.handler().close(Duration.ofMillis(50)))).start();
    assertThat(connection.chunksUntil("shutting down\"}\n\n")).contains("event: error");
    assertThatThrownBy(connection::chunk).isInstanceOf(IOException.class);
    closed.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
