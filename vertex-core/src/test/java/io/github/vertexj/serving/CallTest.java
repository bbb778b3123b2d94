package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.Handlers;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a call decides, holds and gives back, on every way out. */
@Timeout(60)
class CallTest {
  private static final int BUDGET = 100_000;
  private static final String ONE = "{\"instances\":[1]}";
  private static final String LARGE = " ".repeat(BUDGET * 6 / 10) + ONE;
  private static final BatchPolicy HOLDING =
      BatchPolicy.DEFAULT.maxBatchDelay(BatchPolicy.LONGEST_DELAY);

  private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void stop() {
    gate.countDown();
    threads.shutdownNow();
  }

  private PredictionHandler handler(Consumer<Handlers<Integer, Integer>> handlers) {
    PredictorProvider<Integer, Integer> echo =
        PredictorProvider.of(
            Integer.class,
            (instances, parameters) -> {
              if (instances.contains(0)) {
                entered.countDown();
                gate.await();
              }
              return instances;
            });
    PredictionHandler handler =
        PredictionHandler.builder(echo.with(handlers))
            .maxRequestMemory(BUDGET)
            .maxBodyBytes(BUDGET)
            .batchPolicy(HOLDING)
            .build();
    handler.start().join();
    return handler;
  }

  private Call send(PredictionHandler handler, String text) {
    return send(handler, Map.of(), text);
  }

  private Call send(PredictionHandler handler, Map<String, String> headers, String text) {
    return Calls.send(handler, Calls.predict(headers), bytes(text), threads);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The batcher waits for announced requests for long: a call must take its announcement back. */
  @Test
  void announcement_isTakenBackOnEveryWayOut() throws Exception {
    try (PredictionHandler handler =
        handler(
            handlers ->
                handlers
                    .onMediaType("text/plain", (request, model) -> RawReply.text("raw"))
                    .onFormat("f", (request, model) -> RawReply.json(1)))) {
      List<Supplier<Call>> over = new ArrayList<>();
      over.add(() -> handler.call(Calls.predict(Map.of()))); // abandoned without a body
      over.add(() -> Calls.gathered(handler, Calls.predict(Map.of()), bytes("{\"inst")));
      over.add(() -> send(handler, "{\"inst")); // malformed
      over.add(() -> send(handler, "{\"instances\":[]}"));
      over.add(() -> send(handler, "{\"instances\":[\"x\"]}"));
      over.add(() -> send(handler, " ".repeat(BUDGET + 1))); // too large
      over.add(() -> send(handler, Map.of("Content-Type", "a/b"), ONE));
      over.add(() -> send(handler, Map.of("Content-Type", "text/plain"), ONE));
      over.add(() -> send(handler, "{\"@requestFormat\":\"f\"}"));
      over.add(() -> send(handler, "{\"@requestFormat\":\"unknown\"}"));
      over.add(
          () -> {
            Call broken = handler.call(Calls.predict(Map.of()));
            broken.bodyBroken();
            return broken;
          });
      for (Supplier<Call> way : over) {
        Call call = way.get();
        call.close();
        call.close();
        assertThat(Calls.text(send(handler, ONE))).isEqualTo("{\"predictions\":[1]}");
      }
      // and none is taken back twice: one that comes is waited for
      Call coming = handler.call(Calls.predict(Map.of()));
      Call waiting = send(handler, ONE);
      assertThat(waiting.reply()).isNotDone();
      coming.close();
      assertThat(Calls.text(waiting)).isEqualTo("{\"predictions\":[1]}");
    }
  }

  @Test
  void body_thatBreaksOffOrStalls_hasAReplyOfOurs() {
    try (PredictionHandler handler = handler(handlers -> {})) {
      Call broken = handler.call(Calls.predict(Map.of()));
      assertThat(broken.append(bytes("{"), 0, 1)).isTrue();
      broken.bodyBroken();
      assertThat(broken.append(bytes("{"), 0, 1)).isFalse();
      assertThat(Calls.status(broken)).isEqualTo(400);
      assertThat(Calls.text(broken)).startsWith("{\"error\":\"");
      Call stalled = handler.call(Calls.predict(Map.of()));
      stalled.bodyStalled();
      assertThat(Calls.status(stalled)).isEqualTo(408);
      assertThat(Calls.text(stalled)).startsWith("{\"error\":\"");
    }
  }

  @Test
  void memory_isHeldUntilTheReplyIsSent() {
    try (PredictionHandler handler = handler(handlers -> {})) {
      Call first = send(handler, LARGE);
      assertThat(Calls.status(first)).isEqualTo(200);
      Call second = send(handler, LARGE);
      assertThat(Calls.status(second)).isEqualTo(429);
      second.close();
      first.close();
      assertThat(Calls.text(send(handler, LARGE))).isEqualTo("{\"predictions\":[1]}");
    }
  }

  @Test
  void memory_ofACallWhosePredictorHangs_isHeldThoughItsClientHasGone() throws Exception {
    try (PredictionHandler handler = handler(handlers -> {})) {
      Call hanging =
          Calls.gathered(handler, Calls.predict(Map.of()), bytes(LARGE.replace("[1]", "[0]")));
      Thread running = new Thread(() -> hanging.run(threads, true));
      running.start();
      entered.await();
      hanging.close();
      assertThat(Calls.status(send(handler, LARGE))).isEqualTo(429);
      gate.countDown();
      running.join();
      assertThat(Calls.text(send(handler, LARGE))).isEqualTo("{\"predictions\":[1]}");
    }
  }

  @Test
  void step_thatNoThreadTakesBeforeTheCallIsClosed_holdsNothing() throws Exception {
    try (PredictionHandler handler = handler(handlers -> {})) {
      Call second = Calls.gathered(handler, Calls.predict(Map.of()), bytes(LARGE));
      second.run(steps::add, false); // so that a worker comes to it
      Runnable step = steps.take();
      second.close();
      step.run();
      assertThat(second.reply()).isCancelled();
      assertNothingIsHeldSoon(handler); // once its predictor's thread has let its instances go
    }
  }

  private void assertNothingIsHeldSoon(PredictionHandler handler) {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    String reply = Calls.text(send(handler, LARGE));
    while (reply.contains("too many") && System.nanoTime() < until) {
      Thread.onSpinWait();
      reply = Calls.text(send(handler, LARGE));
    }
    assertThat(reply).isEqualTo("{\"predictions\":[1]}");
  }

  @Test
  void run_afterClose_doesNothing() {
    try (PredictionHandler handler = handler(handlers -> {})) {
      Call gone = Calls.gathered(handler, Calls.predict(Map.of()), bytes(LARGE));
      gone.close();
      gone.run(threads, true);
      assertThat(gone.reply()).isCancelled();
      assertThat(Calls.text(send(handler, LARGE))).isEqualTo("{\"predictions\":[1]}");
    }
  }

  @Test
  void C4_23_lenientStrings_reachRequestFormats() {
    PredictorProvider<String, String> echo =
        PredictorProvider.of(String.class, (instances, parameters) -> instances);
    Consumer<Handlers<String, String>> text =
        handlers ->
            handlers.onFormat("x", (request, model) -> RawReply.json(request.json().get("text")));
    String member = "{\"@requestFormat\":\"x\",\"text\":\"a\nb\"}";
    try (PredictionHandler lenient =
            PredictionHandler.builder(echo.with(text)).lenientStrings(true).build();
        PredictionHandler strict = PredictionHandler.builder(echo.with(text)).build()) {
      lenient.start().join();
      strict.start().join();
      assertThat(Calls.text(send(lenient, member))).isEqualTo("\"a\\nb\"");
      assertThat(Calls.text(send(lenient, "{\"instances\":[" + member + "]}")))
          .isEqualTo("{\"predictions\":[\"a\\nb\"]}");
      assertThat(Calls.status(send(strict, member))).isEqualTo(400);
    }
  }

  @Test
  void C4_24_instancesWithFormats_areHandedOnAsTheyAreParsed() {
    List<Object> seen = new ArrayList<>();
    try (PredictionHandler handler =
        handler(
            handlers ->
                handlers.onFormat(
                    "x",
                    (request, model) -> {
                      seen.add(request.json());
                      assertThat(request.json()).isSameAs(request.json());
                      return RawReply.text(request.text().isEmpty() ? "0" : "1");
                    }))) {
      String body = "{\"instances\":[{\"@requestFormat\":\"x\",\"n\":1e400,\"stream\":true}]}";
      assertThat(Calls.text(send(handler, body))).isEqualTo("{\"predictions\":[1]}");
      assertThat(seen.toString()).contains("@requestFormat").doesNotContain("stream");
    }
  }
}
