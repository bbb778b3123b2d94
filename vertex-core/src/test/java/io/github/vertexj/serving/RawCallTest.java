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
      CompletableFuture<Reply> promise = new CompletableFuture<>();
      handler.predict(head, handler.newBody(head), late::add, promise);
      Runnable alarm = late.take(); // it has rung, but its work still waits for a thread
      gate.countDown();
      Ear ear = new Ear(alarm);
      Objects.requireNonNull(promise.join().stream()).subscribe(ear);
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
    CompletableFuture<Reply> running = send(handler, "/hang", "");
    entered.await();
    CompletableFuture<Reply> waiting = send(handler, "/hang", "");
    handler.close(Duration.ZERO);
    assertThat(waiting.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
    assertThat(running.get(10, TimeUnit.SECONDS).status()).isEqualTo(503);
    assertThat(calls).hasValue(1);
  }

  @Test
  void close_betweenTheLookForAHandlerAndItsCall_isUnavailable() {
    PredictorProvider<Tensor, Tensor> echo =
        PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);
    PredictionHandler handler =
        started(
            PredictionHandler.builder(
                echo.with(
                    handlers ->
                        handlers.onMediaType("*/*", (request, model) -> RawReply.text("late")))));
    RequestHead head =
        head(
            "POST",
            "/predict",
            name -> {
              if (name.equals("Inference-Header-Content-Length")) { // asked for by the look
                handler.close();
              }
              return name.equals("Content-Type") ? "application/octet-stream" : null;
            });
    CompletableFuture<Reply> promise = new CompletableFuture<>();
    handler.predict(head, handler.newBody(head), threads, promise);
    assertThat(promise.join().status()).isEqualTo(503);
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
      CompletableFuture<Reply> many =
          send(handler, "/predict", "{\"instances\":[" + (slow + ",").repeat(99) + slow + "]}");
      entered.await();
      CompletableFuture<Reply> other = send(handler, "/other", "");
      gate.countDown();
      assertThat(text(other.join())).isEqualTo("other");
      assertThat(text(many.join())).isEqualTo("{\"predictions\":[" + "1,".repeat(99) + "1]}");
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
      Reply reply = send(handler, "/predict", body).join();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(text(reply)).contains("$.instances[0]");
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
    builder.maxBodyMemory(100_000).requestTimeout(INSTANT);
    BlockingQueue<Runnable> alarms = new LinkedBlockingQueue<>();
    try (PredictionHandler handler = started(builder)) {
      RequestHead head = head("POST", "/hang", name -> null);
      Body body = handler.newBody(head);
      assertThat(body.append(ByteBuffer.allocate(60_000))).isTrue();
      CompletableFuture<Reply> promise = new CompletableFuture<>();
      handler.predict(head, body, alarms::add, promise);
      entered.await();
      alarms.take().run();
      assertThat(promise.join().status()).isEqualTo(504);
      boolean fits;
      try (Body next = handler.newBody(head)) {
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
      assertThat(send(handler, "/predict", looksLikeUtf32).join().status()).isEqualTo(400);
      assertThat(send(handler, "/json", looksLikeUtf32).join().status()).isEqualTo(400);
    }
  }

  @Test
  void headThatCannotBeReadAnyMore_isAnsweredAndItsBodyGivenBack() {
    PredictorProvider<Tensor, Tensor> echo =
        PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);
    PredictionHandler.Builder builder =
        PredictionHandler.builder(
            echo.with(
                handlers -> handlers.onMediaType("image/*", (r, p) -> RawReply.text("image"))));
    try (PredictionHandler handler = started(builder.maxBodyMemory(100_000))) {
      for (int i = 0; i < 3; i++) {
        Body body = handler.newBody(head("POST", "/predict", name -> null));
        assertThat(body.append(ByteBuffer.allocate(60_000))).isTrue();
        CompletableFuture<Reply> promise = new CompletableFuture<>();
        handler.predict(head("POST", "/predict", RawCallTest::recycled), body, threads, promise);
        assertThat(promise.join().status()).isEqualTo(500);
      }
    }
  }

  /** What a servlet container does when it has ended the request meanwhile. */
  private static @Nullable String recycled(String header) {
    if (header.equals("Content-Type")) { // which has been asked for in time
      return "application/octet-stream";
    }
    throw new IllegalStateException("The request object has been recycled: " + header);
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
      assertThat(send(handler, "/deep", "").join().status()).isEqualTo(500);
      assertThat(send(handler, "/stream", "").join().status()).isEqualTo(500);
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

  private CompletableFuture<Reply> send(PredictionHandler handler, String path, String text) {
    RequestHead head = head("POST", path, Map.<String, String>of()::get);
    Body body = handler.newBody(head);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(body.append(bytes, 0, bytes.length)).isTrue();
    CompletableFuture<Reply> promise = new CompletableFuture<>();
    handler.predict(head, body, threads, promise);
    return promise;
  }

  private static String text(Reply reply) {
    try (reply) {
      return StandardCharsets.UTF_8.decode(reply.body()).toString();
    }
  }
}
