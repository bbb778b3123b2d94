package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Replies that are streamed (C4.6, C4.7). */
abstract class StreamContract extends ServerContract {
  private static final byte[] PIECE = new byte[64 * 1024];
  private static final int MANY = 100_000;
  private static final int HEALTH_CHECKS = 100; // enough of them say that nothing moves

  StreamContract(AdapterContract adapter) {
    super(adapter);
  }

  @Test
  void required_C4_6_pieces_are_sent_as_they_are_written() throws Exception {
    Gate second = newGate();
    RawConnection connection =
        ask(
            streaming(
                RawReply.stream(
                        "text/x-pieces",
                        out -> {
                          out.write("first");
                          second.pass();
                          out.write("");
                          out.write("second");
                        })
                    .withStatus(202)
                    .withHeader("X-More", "yes")));
    Answer head = connection.head().expect(202);
    assertThat(head.header("content-type")).isEqualTo("text/x-pieces");
    assertThat(head.header("transfer-encoding")).isEqualToIgnoringCase("chunked");
    assertThat(head.header("x-more")).isEqualTo("yes");
    assertThat(connection.chunksUntil("first")).isEqualTo("first");
    second.open();
    assertThat(connection.chunksUntil("second")).isEqualTo("second");
    assertThat(connection.chunk()).isNull();
    connection.send(Wire.request("GET", "/health")).answer().expect(200);
  }

  @Test
  void required_C4_7_events_are_server_sent_ones() throws Exception {
    RawConnection connection =
        ask(
            streaming(
                RawReply.events(
                    out -> {
                      out.event("{\"a\":1}");
                      out.event("two\nlines\r\nor three");
                      out.event("[DONE]");
                    })));
    Answer answer = connection.answer().expect(200);
    assertThat(answer.header("content-type")).startsWith("text/event-stream");
    assertThat(answer.header("cache-control")).isEqualTo("no-cache");
    assertThat(answer.body())
        .isEqualTo("data: {\"a\":1}\n\ndata: two\ndata: lines\ndata: or three\n\ndata: [DONE]\n\n");
    connection.send(Wire.request("GET", "/health")).answer().expect(200);
  }

  @Test
  void required_a_stream_of_nothing_is_complete() throws Exception {
    Answer answer = ask(streaming(RawReply.stream("text/plain", out -> {}))).answer();
    assertThat(answer.expect(200).bodyBytes()).isZero();
  }

  @Test
  void required_many_pieces_arrive_whole_and_in_order() throws Exception {
    RawConnection connection =
        ask(
            streaming(
                RawReply.stream(
                    "text/plain",
                    out -> {
                      for (int i = 0; i < 5_000; i++) {
                        out.write(i + ";");
                      }
                    })));
    String[] numbers = connection.answer().expect(200).body().split(";");
    assertThat(numbers).hasSize(5_000);
    for (int i = 0; i < numbers.length; i++) {
      assertThat(numbers[i]).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void required_a_stream_asks_the_model_while_it_is_sent() throws Exception {
    PredictorProvider<JsonNode, JsonNode> counting =
        new EchoProvider()
            .with(
                handlers ->
                    handlers.onRoute(
                        "GET",
                        "/stream",
                        (request, predictor) ->
                            RawReply.events(
                                out -> {
                                  for (int i = 0; i < 50; i++) {
                                    out.event(predictor.predict(IntNode.valueOf(i)).toString());
                                  }
                                })));
    Answer answer = ask(ready(counting)).answer().expect(200);
    assertThat(answer.body()).startsWith("data: 0\n\ndata: 1\n\n").endsWith("data: 49\n\n");
  }

  @Test
  void required_a_client_that_does_not_read_holds_the_writer_back() throws Exception {
    AtomicInteger written = new AtomicInteger();
    RawReply endless =
        RawReply.stream(
            "application/octet-stream",
            out -> {
              for (int i = 0; i < MANY; i++) {
                out.write(PIECE);
                written.incrementAndGet();
              }
            });
    ServedHandler served = streaming(endless);
    RawConnection connection = ask(served);
    connection.head().expect(200);
    int before = -1;
    for (int unchanged = 0; unchanged < HEALTH_CHECKS; unchanged++) {
      served.health().expect(200);
      unchanged = written.get() > before ? 0 : unchanged;
      before = written.get();
    }
    assertThat((long) written.get() * PIECE.length).isLessThan(64L * 1024 * 1024);
    connection.close();
  }
}
