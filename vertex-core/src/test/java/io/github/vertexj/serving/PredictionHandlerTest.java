package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Tensor;
import io.github.vertexj.env.Environment;
import io.github.vertexj.start.InstalledProviders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PredictionHandlerTest {
  private static final RequestHead PREDICT =
      new RequestHead("POST", "/predict", null, Map.<String, String>of()::get);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void predict_predictionsThatAreTheInstances_neverShowAnothersNumbers() {
    PredictorProvider<Tensor, Tensor> identity =
        PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);
    try (PredictionHandler handler = started(PredictionHandler.builder(identity))) {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int client = 0; client < 8; client++) {
        String number = (client + 1) + ".0";
        String row = "[" + (number + ",").repeat(400) + number + "]";
        clients.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    assertThat(Calls.text(predict(handler, "{\"instances\":[" + row + "]}")))
                        .isEqualTo("{\"predictions\":[" + row + "]}");
                  }
                },
                threads));
      }
      clients.forEach(CompletableFuture::join);
    }
  }

  @Test
  void predict_cancelledWhileItWaits_neverReachesThePredictor() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    PredictorProvider<Integer, Integer> slow =
        PredictorProvider.of(
            Integer.class,
            (instances, parameters) -> {
              calls.incrementAndGet();
              entered.countDown();
              leave.await();
              return instances;
            });
    try (PredictionHandler handler =
        started(PredictionHandler.builder(slow).batchPolicy(BatchPolicy.DEFAULT.maxBatchSize(1)))) {
      Call first = predictElsewhere(handler, "{\"instances\":[1]}");
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      Call gone = predict(handler, "{\"instances\":[2]}");
      Call third = predict(handler, "{\"instances\":[3]}");
      assertThat(gone.reply().cancel(false)).isTrue();
      leave.countDown();
      assertThat(Calls.text(first)).isEqualTo("{\"predictions\":[1]}");
      assertThat(Calls.text(third)).isEqualTo("{\"predictions\":[3]}");
      assertThat(calls).hasValue(2);
    }
  }

  @Test
  void start_settingsOfTheModelDirectory_goBeforeTheBuilders(@TempDir Path directory)
      throws Exception {
    PredictorProvider<Integer, Integer> echo =
        PredictorProvider.of(Integer.class, (instances, parameters) -> instances);
    Files.writeString(
        directory.resolve("serving.properties"), "instance_errors=in_place\nlenient_strings=true");
    String envelope = "{\"a\nb\": 0, \"instances\": [1, \"x\", 3]}";
    PredictionHandler.Builder builder =
        PredictionHandler.builder(echo).instanceErrors(InstanceErrors.REQUEST_FAILS);
    try (PredictionHandler handler = started(builder.storageUri(directory.toString()))) {
      assertThat(Calls.text(predict(handler, envelope)))
          .isEqualTo(
              "{\"predictions\":[1,"
                  + "{\"error\":\"a whole number is wanted, at $.instances[1], byte 28\"},3]}");
    }
  }

  @Test
  void C5_22_instancesThatAModelOfPyTorchRefuses_haveErrorsInPlace() throws Exception {
    try (PredictionHandler softmax = started(inPlace("linear_softmax"));
        PredictionHandler root = started(inPlace("nan_on_negative"))) {
      String good = Calls.text(predict(softmax, "{\"instances\":[[1,2,3,4],[5,6,7,8]]}"));
      String mixed =
          Calls.text(predict(softmax, "{\"instances\":[[1,2,3,4],[1,2],\"x\",[5,6,7,8]]}"));
      assertThat(mixed.replaceAll("\\{\"error\":\"[^\"]+\\$\\.instances\\[[12]][^\"]*\"},", ""))
          .isEqualTo(good);
      assertThat(mixed.split("error", -1)).hasSize(3);
      assertThat(Calls.text(predict(root, "{\"instances\":[[4],[-4],[9]]}")))
          .isEqualTo(
              "{\"predictions\":[[2.0],{\"error\":\"the prediction holds NaN, which JSON cannot"
                  + " carry, at $.predictions[1][0]\"},[3.0]]}");
    }
  }

  private static PredictionHandler.Builder inPlace(String model) {
    return PredictionHandler.builder(InstalledProviders.select(null))
        .storageUri("src/test/resources/models/" + model)
        .instanceErrors(InstanceErrors.IN_PLACE);
  }

  @Test
  void start_settingThatIsNone_stopsTheStart(@TempDir Path directory) throws Exception {
    PredictorProvider<String, String> echo =
        PredictorProvider.of(String.class, (instances, parameters) -> instances);
    Files.writeString(directory.resolve("serving.properties"), "instance_errors=inplace");
    try (PredictionHandler handler =
        PredictionHandler.builder(echo).storageUri(directory.toString()).build()) {
      assertThatThrownBy(handler.start()::join)
          .hasMessageContaining("instance_errors must be in_place or request_fails, not 'inplace'");
    }
  }

  @Test
  void start_directoryThatIsNotThere_failsHealthWithTheReason() {
    PredictorProvider<String, String> echo =
        PredictorProvider.of(String.class, (instances, parameters) -> instances);
    try (PredictionHandler handler =
        PredictionHandler.builder(echo).storageUri("no/such/directory").build()) {
      CompletableFuture<String> started = handler.start();
      assertThatThrownBy(started::join)
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining("no/such/directory");
      assertThat(handler.readiness().state()).isEqualTo(Readiness.State.FAILED);
      RequestHead health = new RequestHead("GET", "/health", null, Map.<String, String>of()::get);
      Call call = handler.call(health);
      assertThat(Calls.status(call)).isEqualTo(503);
      assertThat(Calls.text(call)).contains("no/such/directory");
      assertThat(Calls.text(predict(handler, "{\"instances\":[]}"))).contains("error");
    }
  }

  @Test
  void start_tensorModelInADirectory_isFoundAndServed() {
    Path affine = Path.of("src/test/resources/models/affine");
    PredictionHandler.Builder builder =
        PredictionHandler.builder(InstalledProviders.select(null))
            .environment(Environment.of(Map.of("AIP_STORAGE_URI", affine.toString())));
    try (PredictionHandler handler = started(builder)) {
      assertThat(Calls.text(predict(handler, "{\"instances\":[[1,2],[3,4]]}")))
          .isEqualTo("{\"predictions\":[[3.0,5.0],[7.0,9.0]]}");
    }
  }

  @Test
  void builder_valuesOutOfRange_areRefused() {
    PredictionHandler.Builder builder =
        PredictionHandler.builder(
            PredictorProvider.of(String.class, (instances, parameters) -> instances));
    assertThatThrownBy(() -> builder.maxBodyBytes(0)).hasMessageContaining("maxBodyBytes");
    assertThatThrownBy(() -> builder.requestTimeout(Duration.ZERO))
        .hasMessageContaining("requestTimeout");
    assertThatThrownBy(() -> builder.requestTimeout(Duration.ofDays(2)))
        .hasMessageContaining("requestTimeout");
  }

  private static PredictionHandler started(PredictionHandler.Builder builder) {
    PredictionHandler handler = builder.build();
    handler.start().join();
    return handler;
  }

  private Call predictElsewhere(PredictionHandler handler, String json) {
    Call call = Calls.gathered(handler, PREDICT, bytes(json));
    threads.execute(() -> call.run(threads, true));
    return call;
  }

  private Call predict(PredictionHandler handler, String json) {
    return Calls.send(handler, PREDICT, bytes(json), threads);
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
