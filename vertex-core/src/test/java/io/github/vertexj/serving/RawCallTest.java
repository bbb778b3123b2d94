package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.Handlers;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of raw requests when time, threads or memory run out. */
@Timeout(60)
class RawCallTest {
  private static final Duration INSTANT = Duration.ofMillis(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void stop() {
    gate.countDown();
    threads.shutdownNow();
  }

  /** Waits, whatever interrupts, as native code does. */
  private void waitAtGate() {
    entered.countDown();
    boolean open = false;
    while (!open) {
      try {
        gate.await();
        open = true;
      } catch (InterruptedException e) {
        // goes on waiting
      }
    }
  }

  @Test
  void deadline_thatPassesAsTheStreamBegins_doesNotBreakItOff() throws Exception {
    BlockingQueue<Runnable> late = new LinkedBlockingQueue<>();
    PredictionHandler.Builder builder =
        builder(
            handlers ->
                handlers.onRoute(
                    "GET",
                    "/stream",
                    (request, predictor) -> {
                      waitAtGate();
                      return RawReply.stream(
                          "text/plain",
                          out -> {
                            out.write("first");
                            out.write("second");
                          });
                    }));
    try (PredictionHandler handler = started(builder.requestTimeout(INSTANT))) {
      RequestHead head = head("GET", "/stream", name -> null);
      Call call = handler.call(head);
      call.run(late::add, true);
      Runnable alarm = late.take(); // it has rung, but its work still waits for a thread
      gate.countDown();
      Ear ear = new Ear(alarm);
      Objects.requireNonNull(call.reply().join().stream()).subscribe(ear);
      assertThat(ear.all.join()).isEqualTo("firstsecond");
    }
  }

  @Test
  void close_whileACallStillWaits_answersIt() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    PredictionHandler.Builder builder =
        builder(
            handlers ->
                handlers.onRoute(
                    "POST",
                    "/hang",
                    (request, predictor) -> {
                      calls.incrementAndGet();
                      waitAtGate();
                      return RawReply.text("done");
                    }));
    PredictionHandler handler = started(builder.handlerThreads(1));
    CompletableFuture<Reply> running = send(handler, "/hang", "").reply();
    entered.await();
    CompletableFuture<Reply> waiting = send(handler, "/hang", "").reply();
    handler.close(Duration.ZERO);
    assertThat(waiting.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
    assertThat(running.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
    assertThat(calls).hasValue(1);
  }

  @Test
  void close_betweenTheLookForAHandlerAndItsCall_isUnavailable() {
    PredictionHandler.Builder builder =
        builder(handlers -> handlers.onMediaType("*/*", (r, p) -> RawReply.text("late")));
    PredictionHandler handler = started(builder);
    Call call = handler.call(Calls.predict(Map.of("Content-Type", "a/b")));
    handler.close();
    call.run(threads, true);
    assertThat(Calls.status(call)).isEqualTo(503);
  }

  @Test
  void instancesWithFormats_leaveTheQueueToOthers() throws Exception {
    PredictionHandler.Builder builder =
        builder(
            handlers ->
                handlers
                    .onRoute("POST", "/other", (request, predictor) -> RawReply.text("other"))
                    .onFormat(
                        "slow",
                        (request, predictor) -> {
                          waitAtGate();
                          return RawReply.json(1);
                        }));
    try (PredictionHandler handler = started(builder.handlerThreads(2))) {
      String slow = "{\"@requestFormat\":\"slow\"}";
      Call many =
          send(handler, "/predict", "{\"instances\":[" + (slow + ",").repeat(99) + slow + "]}");
      entered.await();
      Call other = send(handler, "/other", "");
      gate.countDown();
      assertThat(Calls.text(other)).isEqualTo("other");
      assertThat(Calls.text(many)).isEqualTo("{\"predictions\":[" + "1,".repeat(99) + "1]}");
    }
  }

  @Test
  void instancesWithFormats_behindOneThatFails_areNotBegun() {
    AtomicInteger calls = new AtomicInteger();
    PredictionHandler.Builder builder =
        builder(
            handlers ->
                handlers.onFormat(
                    "good",
                    (request, predictor) -> {
                      calls.incrementAndGet();
                      return RawReply.json(1);
                    }));
    try (PredictionHandler handler = started(builder.handlerThreads(1))) {
      String good = ",{\"@requestFormat\":\"good\"}";
      String body = "{\"instances\":[{\"@requestFormat\":\"bad\"}" + good.repeat(99) + "]}";
      Call call = send(handler, "/predict", body);
      assertThat(Calls.status(call)).isEqualTo(400);
      assertThat(Calls.text(call)).contains("$.instances[0]");
      assertThat(calls).hasValue(0);
    }
  }

  @Test
  void bodyOfAHandlerThatHangs_countsUntilItReturns() throws Exception {
    PredictionHandler.Builder builder =
        builder(
            handlers ->
                handlers.onRoute(
                    "POST",
                    "/hang",
                    (request, predictor) -> {
                      waitAtGate();
                      return RawReply.text("late");
                    }));
    builder.maxRequestMemory(100_000).requestTimeout(INSTANT);
    BlockingQueue<Runnable> alarms = new LinkedBlockingQueue<>();
    try (PredictionHandler handler = started(builder)) {
      RequestHead head = head("POST", "/hang", name -> null);
      Call call = Calls.send(handler, head, new byte[60_000], alarms::add);
      entered.await();
      alarms.take().run();
      assertThat(Calls.status(call)).isEqualTo(504);
      call.close();
      boolean fits;
      try (Call next = handler.call(head)) {
        fits = next.append(ByteBuffer.allocate(60_000));
      }
      gate.countDown();
      assertThat(fits).isFalse();
    }
  }

  @Test
  void textThatIsNoUtf32_isABadRequest() {
    PredictionHandler.Builder builder =
        builder(
            handlers ->
                handlers
                    .onFormat("any", (request, predictor) -> RawReply.json(1))
                    .onRoute(
                        "POST", "/json", (request, predictor) -> RawReply.json(request.json())));
    try (PredictionHandler handler = started(builder)) {
      String looksLikeUtf32 = "\0\0\0{\"@requestFormat\":\"any\"}";
      assertThat(Calls.status(send(handler, "/predict", looksLikeUtf32))).isEqualTo(400);
      assertThat(Calls.status(send(handler, "/json", looksLikeUtf32))).isEqualTo(400);
    }
  }

  /** As when a servlet container has ended the request meanwhile, and used its object again. */
  @Test
  void headThatCannotBeReadAnyMore_isAnsweredAndItsBodyGivenBack() {
    PredictorProvider<Tensor, Tensor> echo =
        PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);
    PredictionHandler.Builder builder = PredictionHandler.builder(echo);
    try (PredictionHandler handler = started(builder.maxRequestMemory(100_000))) {
      for (int i = 0; i < 3; i++) {
        AtomicBoolean recycled = new AtomicBoolean();
        RequestHead head =
            head(
                "POST",
                "/predict",
                header -> {
                  if (recycled.get()) {
                    throw new IllegalStateException("The request object has been recycled");
                  }
                  return null;
                });
        try (Call call = handler.call(head)) {
          assertThat(call.append(ByteBuffer.allocate(60_000))).isTrue();
          recycled.set(true);
          call.run(threads, true);
          assertThat(Calls.status(call)).isEqualTo(500);
        }
      }
    }
  }

  @Test
  void stackOverflowInAHandler_isAFailure() {
    PredictionHandler.Builder builder =
        builder(
            handlers ->
                handlers
                    .onRoute("POST", "/deep", (request, predictor) -> RawReply.json(deep(1)))
                    .onRoute(
                        "POST",
                        "/stream",
                        (request, predictor) ->
                            RawReply.events(out -> out.event(Integer.toString(deep(1))))));
    try (PredictionHandler handler = started(builder)) {
      assertThat(Calls.status(send(handler, "/deep", ""))).isEqualTo(500);
      assertThat(Calls.status(send(handler, "/stream", ""))).isEqualTo(500);
    }
  }

  @SuppressWarnings("InfiniteRecursion") // that is the point
  private static int deep(int level) {
    return deep(level + 1) + level;
  }

  /** Takes a whole stream; runs something once it has begun. */
  private static final class Ear implements Flow.Subscriber<ByteBuffer> {
    final CompletableFuture<String> all = new CompletableFuture<>();
    private final StringBuilder heard = new StringBuilder();
    private final Runnable onceBegun;
    private Flow.@Nullable Subscription subscription;

    Ear(Runnable onceBegun) {
      this.onceBegun = onceBegun;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
      subscription = newSubscription;
      onceBegun.run();
      newSubscription.request(1);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      heard.append(StandardCharsets.UTF_8.decode(piece));
      Objects.requireNonNull(subscription).request(1);
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      all.complete(heard.toString());
    }
  }

  private static PredictionHandler.Builder builder(Consumer<Handlers<Integer, Integer>> more) {
    PredictorProvider<Integer, Integer> echo =
        PredictorProvider.of(Integer.class, (instances, parameters) -> List.copyOf(instances));
    return PredictionHandler.builder(echo.with(more));
  }

  private static PredictionHandler started(PredictionHandler.Builder builder) {
    PredictionHandler handler = builder.build();
    handler.start().join();
    return handler;
  }

  private static RequestHead head(
      String method, String path, Function<String, @Nullable String> headers) {
    return new RequestHead(method, path, null, headers);
  }

  private Call send(PredictionHandler handler, String path, String text) {
    RequestHead head = head("POST", path, Map.<String, String>of()::get);
    return Calls.send(handler, head, text.getBytes(StandardCharsets.UTF_8), threads);
  }
}
