package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.Handlers;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.env.Environment;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One model of tensors that is asked in every format. */
@Timeout(60)
class BinaryFormatsTest {
  private static final String NPY = "application/x-npy";
  private static final String OCTETS = "application/octet-stream";
  private static final String LENGTH = "Inference-Header-Content-Length";
  private static final Path FILES = Path.of("src/test/resources/npy");
  private static final String HEAD =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\","
          + "\"parameters\":{\"binary_data_size\":8}}]}";

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void requests_ofAllFormats_shareABatch() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    List<Integer> batches = new ArrayList<>();
    PredictorProvider<Tensor, Tensor> waiting =
        PredictorProvider.of(
            Tensor.class,
            (instances, parameters) -> {
              batches.add(instances.size());
              entered.countDown();
              leave.await();
              return instances;
            });
    try (PredictionHandler handler = started(waiting)) {
      Call first = Calls.gathered(handler, Calls.predict(Map.of()), envelope());
      threads.execute(() -> first.run(threads, true));
      assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
      Call envelope = predict(handler, Map.of(), envelope());
      Call binary = predict(handler, binaryHeaders(), binary(3, 4));
      Call file = predict(handler, type(NPY), file("float32"));
      leave.countDown();
      assertThat(Calls.text(first)).isEqualTo("{\"predictions\":[[1.0,2.0]]}");
      assertThat(Calls.text(envelope)).isEqualTo("{\"predictions\":[[1.0,2.0]]}");
      assertThat(Calls.text(binary)).contains("\"data\":[3.0,4.0]");
      assertThat(Calls.bytes(file)).isEqualTo(file("float32"));
      assertThat(batches).containsExactly(1, 5);
    }
  }

  @Test
  void predictionsThatAreTheInstances_neverShowAnothersNumbers() {
    PredictorProvider<Tensor, Tensor> identity =
        PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);
    try (PredictionHandler handler = started(identity)) {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int client = 0; client < 8; client++) {
        byte[] mine = binary(client, client + 0.5f);
        String data = "\"data\":[%d.0,%d.5]".formatted(client, client);
        clients.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    assertThat(Calls.text(predict(handler, binaryHeaders(), mine))).contains(data);
                  }
                },
                threads));
      }
      clients.forEach(CompletableFuture::join);
    }
  }

  @Test
  void C3_6_noRows_neverReachThePredictor() throws Exception {
    PredictorProvider<Tensor, Tensor> never =
        PredictorProvider.of(
            Tensor.class,
            (instances, parameters) -> {
              throw new IllegalStateException("called");
            });
    try (PredictionHandler handler = started(never)) {
      Call call = predict(handler, type(NPY), file("empty"));
      assertThat(Calls.status(call)).isEqualTo(200);
      assertThat(Calls.text(call)).contains("'shape': (0,)");
    }
  }

  @Test
  void C4_26_handlerOfAMediaType_goesBeforeAFormat_andAWildcardBehindIt() throws Exception {
    PredictorProvider<Tensor, Tensor> identity =
        PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);
    byte[] file = file("float32");
    try (PredictionHandler handler = started(identity.with(handler("*/*")))) {
      assertThat(Calls.bytes(predict(handler, type(NPY), file))).isEqualTo(file);
      assertThat(Calls.text(predict(handler, type(OCTETS), file))).isEqualTo("raw");
      assertThat(Calls.text(predict(handler, binaryHeaders(), binary(1, 2)))).contains("outputs");
    }
    try (PredictionHandler handler = started(identity.with(handler(NPY)))) {
      assertThat(Calls.text(predict(handler, type(NPY), file))).isEqualTo("raw");
    }
  }

  private static Consumer<Handlers<Tensor, Tensor>> handler(String mediaType) {
    return handlers ->
        handlers.onMediaType(mediaType, (request, predictor) -> RawReply.text("raw"));
  }

  @Test
  void C3_40_headers_ofBinaryFormats_areTakenIfTheModelHasTensors() {
    PredictorProvider<Tensor, Tensor> tensors =
        PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);
    PredictorProvider<String, String> texts =
        PredictorProvider.of(String.class, (instances, parameters) -> instances);
    Map<String, String> compressed = new TreeMap<>(type(NPY));
    compressed.put("Content-Encoding", "gzip");
    try (PredictionHandler handler = started(tensors)) {
      assertThat(status(handler, type(NPY))).isZero();
      assertThat(status(handler, binaryHeaders())).isZero();
      assertThat(status(handler, type(OCTETS))).isEqualTo(415);
      assertThat(status(handler, compressed)).isEqualTo(415);
    }
    try (PredictionHandler handler = started(texts)) {
      assertThat(status(handler, type(NPY))).isEqualTo(415);
      assertThat(status(handler, binaryHeaders())).isEqualTo(415);
    }
  }

  @Test
  void C3_40_predictionsOfOtherShapes_are400_thatNamesTheEnvelope() throws Exception {
    PredictorProvider<Tensor, Tensor> growing =
        PredictorProvider.of(
            Tensor.class,
            (instances, parameters) -> {
              List<Tensor> predictions = new ArrayList<>();
              instances.forEach(
                  unused -> predictions.add(Tensor.of(new float[predictions.size()])));
              return predictions;
            });
    try (PredictionHandler handler = started(growing)) {
      Call call = predict(handler, type(NPY), file("float32"));
      assertThat(Calls.status(call)).isEqualTo(400);
      assertThat(call.reply().join().mediaType()).isEqualTo("application/json");
      assertThat(Calls.text(call)).contains("{\\\"instances\\\": […]} as application/json");
    }
  }

  @Test
  void modelName_isTheDeployedModels() {
    PredictorProvider<Tensor, Tensor> identity =
        PredictorProvider.of(Tensor.class, (instances, parameters) -> instances);
    PredictionHandler.Builder builder =
        PredictionHandler.builder(identity)
            .environment(Environment.of(Map.of("AIP_DEPLOYED_MODEL_ID", "4711")));
    try (PredictionHandler handler = builder.build()) {
      handler.start().join();
      assertThat(Calls.text(predict(handler, binaryHeaders(), binary(1, 2))))
          .startsWith("{\"model_name\":\"4711\",");
    }
  }

  @Test
  void reader_thatDependsOnWhatWasLoaded_isAskedAfterLoading() throws Exception {
    try (PredictionHandler handler = started(new LateReader())) {
      assertThat(Calls.text(predict(handler, type(NPY), file("int64")))).contains("<i8");
    }
  }

  /** Knows its type of tensors only when it is loaded. */
  private static final class LateReader implements PredictorProvider<Tensor, Tensor> {
    @Override
    public LoadedModel<Tensor, Tensor> load(DeployedModel model, LoadProgress progress) {
      TensorType known = model.settings().isEmpty() ? TensorType.INT64 : TensorType.FLOAT32;
      return LoadedModel.builder(
              InstanceReader.tensor(TensorSpec.of(known)), worker -> LateReader::echo)
          .build();
    }

    private static List<Tensor> echo(List<Tensor> instances, Parameters parameters) {
      return instances;
    }
  }

  private static PredictionHandler started(PredictorProvider<?, ?> provider) {
    PredictionHandler handler =
        PredictionHandler.builder(provider).batchPolicy(BatchPolicy.DEFAULT).build();
    handler.start().join();
    return handler;
  }

  private Call predict(PredictionHandler handler, Map<String, String> headers, byte[] bytes) {
    return Calls.send(handler, head(headers), bytes, threads);
  }

  private static RequestHead head(Map<String, String> headers) {
    Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(headers);
    return Calls.predict(anyCase);
  }

  private static Map<String, String> type(String mediaType) {
    return Map.of("Content-Type", mediaType);
  }

  private static Map<String, String> binaryHeaders() {
    return Map.of("Content-Type", OCTETS, LENGTH, Integer.toString(HEAD.length()));
  }

  private static byte[] envelope() {
    return "{\"instances\":[[1,2]]}".getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] binary(float first, float second) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(HEAD.getBytes(StandardCharsets.UTF_8));
    byte[] elements = new byte[8];
    Tensor.of(new float[] {first, second}).copyTo(ByteBuffer.wrap(elements));
    body.writeBytes(elements);
    return body.toByteArray();
  }

  private static byte[] file(String name) throws java.io.IOException {
    return Files.readAllBytes(FILES.resolve(name + ".npy"));
  }

  /** The status that the head decides; 0 if it leaves that to the body. */
  private static int status(PredictionHandler handler, Map<String, String> headers) {
    try (Call call = handler.call(head(headers))) {
      return call.reply().isDone() ? call.reply().join().status() : 0;
    }
  }
}
