package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a thread that must not be held up is asked to do, and what it is spared. */
@Timeout(60)
class QuickPredictionTest {
  private static final RequestHead PREDICT =
      new RequestHead("POST", "/predict", null, Map.<String, String>of()::get);
  private static final byte[] NOTHING = {};
  private static final String ENVELOPE = "{\"instances\":[[1,2]]}";
  private static final String ECHO = "{\"predictions\":[[1.0,2.0]]}";

  private final BlockingQueue<Runnable> quick = new LinkedBlockingQueue<>();
  private final BlockingQueue<Runnable> other = new LinkedBlockingQueue<>();
  private final BlockingQueue<Thread> predictorThreads = new LinkedBlockingQueue<>();
  private final CompletableFuture<Reply> promise = new CompletableFuture<>();

  @Test
  void tryPredict_predictorHangs_returnsAndLeavesASmallReplyToTheQuickExecutor() throws Exception {
    CountDownLatch leave = new CountDownLatch(1);
    try (PredictionHandler handler = started(tensors(leave, 2))) {
      assertThat(tryPredict(handler, ENVELOPE)).isTrue();
      assertThat(predictorThreads.poll(30, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
      assertThat(promise).isNotDone();
      leave.countDown();
      runNext(quick);
      assertThat(text(promise.join())).isEqualTo(ECHO);
      assertThat(other).isEmpty();
    } finally {
      leave.countDown();
    }
  }

  @Test
  void tryPredict_largePrediction_isWrittenByTheOtherExecutor() throws Exception {
    try (PredictionHandler handler = started(tensors(new CountDownLatch(0), 100_000))) {
      assertThat(tryPredict(handler, ENVELOPE)).isTrue();
      runNext(other);
      assertThat(text(promise.join())).hasSizeGreaterThan(100_000);
      assertThat(quick).isEmpty();
    }
  }

  @Test
  void C3_35_tryPredict_deadlinePasses_isAnsweredWhileThePredictorHangs() throws Exception {
    CountDownLatch leave = new CountDownLatch(1);
    PredictionHandler.Builder builder =
        PredictionHandler.builder(tensors(leave, 2)).requestTimeout(Duration.ofMillis(50));
    try (PredictionHandler handler = started(builder)) {
      assertThat(tryPredict(handler, ENVELOPE)).isTrue();
      runNext(quick);
      assertThat(promise.join().status()).isEqualTo(504);
      leave.countDown();
    } finally {
      leave.countDown();
    }
  }

  @Test
  void tryPredict_notAnEnvelope_isAnsweredAtOnce() {
    try (PredictionHandler handler = started(tensors(new CountDownLatch(0), 2))) {
      assertThat(tryPredict(handler, "{\"instances\":[[1,")).isTrue();
      assertThat(promise.join().status()).isEqualTo(400);
    }
  }

  @Test
  void tryPredict_largeBody_isDeclinedAndCanBePredicted() {
    String large = " ".repeat(100_000) + ENVELOPE;
    assertDeclined(PredictionHandler.builder(tensors(new CountDownLatch(0), 2)), large, ECHO);
  }

  @Test
  void tryPredict_otherThanTensors_isDeclined() {
    PredictorProvider<String, String> texts =
        PredictorProvider.of(String.class, (instances, parameters) -> instances);
    assertDeclined(
        PredictionHandler.builder(texts), "{\"instances\":[\"a\"]}", "{\"predictions\":[\"a\"]}");
  }

  @Test
  void tryPredict_metadataOfTheAuthors_isDeclined() {
    PredictorProvider<Tensor, Tensor> provider =
        ECHO_MODEL.mapped(model -> model.toBuilder().metadata(parameters -> "third").build());
    String reply = "{\"predictions\":[[1.0,2.0]],\"metadata\":\"third\"}";
    assertDeclined(PredictionHandler.builder(provider), ENVELOPE, reply);
  }

  @Test
  void tryPredict_watchedPredictors_isTaken() throws Exception {
    PredictorProvider<Tensor, Tensor> provider =
        ECHO_MODEL.mapped(model -> model.mapPredictors(predictor -> predictor::predict));
    try (PredictionHandler handler = started(provider)) {
      assertThat(tryPredict(handler, ENVELOPE)).isTrue();
      runNext(quick);
      assertThat(text(promise.join())).isEqualTo(ECHO);
    }
  }

  @Test
  void tryPredict_rawHandlers_isDeclined() {
    PredictorProvider<Tensor, Tensor> provider =
        ECHO_MODEL.with(
            handlers ->
                handlers.onRoute(
                    "POST", "/other", (request, predictor) -> RawReply.of("a/b", NOTHING)));
    assertDeclined(PredictionHandler.builder(provider), ENVELOPE, ECHO);
  }

  private static final PredictorProvider<Tensor, Tensor> ECHO_MODEL =
      PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);

  private void assertDeclined(PredictionHandler.Builder builder, String json, String reply) {
    try (PredictionHandler handler = started(builder)) {
      Body body = body(handler, json);
      assertThat(handler.tryPredict(PREDICT, body, other::add, quick::add, promise)).isFalse();
      handler.predict(PREDICT, body, Runnable::run, promise);
      assertThat(text(promise.join())).isEqualTo(reply);
      assertThat(quick).isEmpty();
    }
  }

  /** A model that gives back its instances, or answers of another length. */
  private PredictorProvider<Tensor, Tensor> tensors(CountDownLatch leave, int length) {
    return PredictorProvider.of(
        Tensor.class,
        (instances, parameters) -> {
          predictorThreads.add(Thread.currentThread());
          leave.await();
          return instances.stream()
              .map(each -> length == 2 ? each : Tensor.of(new float[length]))
              .toList();
        });
  }

  private boolean tryPredict(PredictionHandler handler, String json) {
    return handler.tryPredict(PREDICT, body(handler, json), other::add, quick::add, promise);
  }

  private static void runNext(BlockingQueue<Runnable> tasks) throws InterruptedException {
    Runnable task = tasks.poll(30, TimeUnit.SECONDS);
    assertThat(task).isNotNull();
    task.run();
  }

  private static PredictionHandler started(PredictorProvider<?, ?> provider) {
    return started(PredictionHandler.builder(provider));
  }

  private static PredictionHandler started(PredictionHandler.Builder builder) {
    PredictionHandler handler = builder.build();
    handler.start().join();
    return handler;
  }

  private static Body body(PredictionHandler handler, String json) {
    Body body = handler.newBody(PREDICT);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    assertThat(body.append(bytes, 0, bytes.length)).isTrue();
    return body;
  }

  private static String text(Reply reply) {
    try (reply) {
      return StandardCharsets.UTF_8.decode(reply.body()).toString();
    }
  }
}
