package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
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

  @Test
  void quick_predictorHangs_returnsAndLeavesASmallReplyToTheQuickExecutor() throws Exception {
    CountDownLatch leave = new CountDownLatch(1);
    try (PredictionHandler handler = started(tensors(leave, 2))) {
      Call call = runQuickly(handler, ENVELOPE);
      assertThat(predictorThreads.poll(30, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
      assertThat(call.reply()).isNotDone();
      leave.countDown();
      runNext(quick);
      assertThat(Calls.text(call)).isEqualTo(ECHO);
      assertThat(other).isEmpty();
    } finally {
      leave.countDown();
    }
  }

  @Test
  void quick_largePrediction_isWrittenByTheOtherExecutor() throws Exception {
    try (PredictionHandler handler = started(tensors(new CountDownLatch(0), 100_000))) {
      Call call = runQuickly(handler, ENVELOPE);
      runNext(other);
      assertThat(Calls.text(call)).hasSizeGreaterThan(100_000);
      assertThat(quick).isEmpty();
    }
  }

  @Test
  void C3_35_quick_deadlinePasses_isAnsweredWhileThePredictorHangs() throws Exception {
    CountDownLatch leave = new CountDownLatch(1);
    PredictionHandler.Builder builder =
        PredictionHandler.builder(tensors(leave, 2)).requestTimeout(Duration.ofMillis(50));
    try (PredictionHandler handler = started(builder)) {
      Call call = runQuickly(handler, ENVELOPE);
      runNext(quick);
      assertThat(Calls.status(call)).isEqualTo(504);
      leave.countDown();
    } finally {
      leave.countDown();
    }
  }

  @Test
  void quick_notAnEnvelope_isAnsweredAtOnce() {
    try (PredictionHandler handler = started(tensors(new CountDownLatch(0), 2))) {
      Call call = runQuickly(handler, "{\"instances\":[[1,");
      assertThat(Calls.status(call)).isEqualTo(400);
    }
  }

  @Test
  void quick_largeBody_isDeclinedAndCanBePredicted() {
    String large = " ".repeat(100_000) + ENVELOPE;
    assertDeclined(PredictionHandler.builder(tensors(new CountDownLatch(0), 2)), large, ECHO);
  }

  @Test
  void quick_otherThanTensors_isDeclined() {
    PredictorProvider<String, String> texts =
        PredictorProvider.of(String.class, (instances, parameters) -> instances);
    assertDeclined(
        PredictionHandler.builder(texts), "{\"instances\":[\"a\"]}", "{\"predictions\":[\"a\"]}");
  }

  @Test
  void quick_metadataOfTheAuthors_isDeclined() {
    PredictorProvider<Tensor, Tensor> provider =
        ECHO_MODEL.mapped(model -> model.toBuilder().metadata(parameters -> "third").build());
    String reply = "{\"predictions\":[[1.0,2.0]],\"metadata\":\"third\"}";
    assertDeclined(PredictionHandler.builder(provider), ENVELOPE, reply);
  }

  @Test
  void quick_watchedPredictors_isTaken() throws Exception {
    PredictorProvider<Tensor, Tensor> provider =
        ECHO_MODEL.mapped(model -> model.mapPredictors(predictor -> predictor::predict));
    try (PredictionHandler handler = started(provider)) {
      Call call = runQuickly(handler, ENVELOPE);
      runNext(quick);
      assertThat(Calls.text(call)).isEqualTo(ECHO);
    }
  }

  @Test
  void quick_requestFormats_isDeclined() {
    PredictorProvider<Tensor, Tensor> provider =
        ECHO_MODEL.with(
            handlers ->
                handlers.onFormat("other", (request, model) -> RawReply.of("a/b", NOTHING)));
    assertDeclined(PredictionHandler.builder(provider), ENVELOPE, ECHO);
  }

  private static final PredictorProvider<Tensor, Tensor> ECHO_MODEL =
      PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);

  private void assertDeclined(PredictionHandler.Builder builder, String json, String reply) {
    try (PredictionHandler handler = started(builder)) {
      Call call = call(handler, json);
      assertThat(call.quick()).isFalse();
      call.run(Runnable::run, true);
      assertThat(Calls.text(call)).isEqualTo(reply);
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

  private Call runQuickly(PredictionHandler handler, String json) {
    Call call = call(handler, json);
    assertThat(call.quick()).isTrue();
    call.run(step -> (call.quick() ? quick : other).add(step), false);
    return call;
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

  private static Call call(PredictionHandler handler, String json) {
    return Calls.gathered(handler, PREDICT, json.getBytes(StandardCharsets.UTF_8));
  }
}
