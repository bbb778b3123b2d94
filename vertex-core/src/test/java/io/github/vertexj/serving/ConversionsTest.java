package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.Handlers;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.djl.DjlProvider;
import io.github.vertexj.djl.TorchScriptProvider;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where and how often a server runs an author's conversions, and whom their failures hurt. */
@Timeout(60)
class ConversionsTest {
  private static final String WRONG = "{\"error\":\"a number is wanted at $.instances[%d]\"}";
  private static final String FAILED =
      "{\"error\":\"the model failed on this request; the server's log says why\"}";
  private static final Map<String, String> JSON = Map.of();

  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> new Thread(task, "http"));
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final Doubling model = new Doubling();

  @AfterEach
  void stop() {
    gate.countDown();
    threads.shutdownNow();
  }

  private void waitAtGate() {
    entered.countDown();
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Doubles numbers; holds up the first batch with a 0 until the gate opens, and refuses 13. */
  private final class Doubling implements PredictorProvider<Integer, Integer> {
    final BlockingQueue<List<Integer>> batches = new LinkedBlockingQueue<>();
    final BlockingQueue<String> predictorThreads = new LinkedBlockingQueue<>();
    final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public LoadedModel<Integer, Integer> load(DeployedModel model, LoadProgress progress) {
      return LoadedModel.builder(Integer.class, worker -> this::predict)
          .stackable((first, second) -> first < 1000 == second < 1000)
          .onClose(() -> closed.set(true))
          .build();
    }

    private List<Integer> predict(List<Integer> instances, Parameters parameters) {
      batches.add(List.copyOf(instances));
      predictorThreads.add(Thread.currentThread().getName());
      if (instances.contains(0)) {
        waitAtGate();
      }
      if (instances.contains(13)) {
        throw InvalidInputException.at(instances.indexOf(13), "13 brings bad luck");
      }
      return instances.stream().map(each -> 2 * each).toList();
    }
  }

  /** Puts texts in front of numbers, and notes what it converts and on which thread. */
  private class Texts implements PredictorProvider<String, String> {
    final BlockingQueue<String> conversions = new LinkedBlockingQueue<>();
    final BlockingQueue<String> conversionThreads = new LinkedBlockingQueue<>();

    @Override
    public LoadedModel<String, String> load(DeployedModel deployed, LoadProgress progress) {
      return model.load(deployed, progress).converted(String.class, this::toModel, this::fromModel);
    }

    Integer toModel(@Nullable String instance) {
      note(String.valueOf(instance));
      if (instance == null) {
        return 7;
      }
      return switch (instance) {
        case "wrong" -> throw new InvalidInputException("a number is wanted");
        case "broken" -> throw new IllegalStateException("toModel is broken");
        case "endless" -> deep(1);
        default -> Integer.valueOf(instance);
      };
    }

    String fromModel(Integer prediction) {
      note("<" + prediction);
      return switch (prediction) {
        case 22 -> throw new InvalidInputException("a number is wanted");
        case 44 -> throw new IllegalStateException("fromModel is broken");
        default -> "<" + prediction + ">";
      };
    }

    private void note(String what) {
      conversions.add(what);
      conversionThreads.add(Thread.currentThread().getName());
    }
  }

  @SuppressWarnings("InfiniteRecursion") // that is the point
  private static int deep(int level) {
    return deep(level + 1) + level;
  }

  @Test
  void predict_underLoad_convertsOnceAndNeverOnThePredictorsThread() throws Exception {
    Texts texts = new Texts();
    try (PredictionHandler handler = started(texts)) {
      Call first = predictElsewhere(handler, "\"0\"");
      entered.await();
      Call second = predict(handler, "\"1\",\"2\"");
      Call third = predict(handler, "\"3\",\"1000\"");
      assertThat(texts.conversions).containsExactly("0", "1", "2", "3", "1000");
      gate.countDown();
      assertThat(text(first)).isEqualTo("{\"predictions\":[\"<0>\"]}");
      assertThat(text(second)).isEqualTo("{\"predictions\":[\"<2>\",\"<4>\"]}");
      assertThat(text(third)).isEqualTo("{\"predictions\":[\"<6>\",\"<2000>\"]}");
    }
    assertThat(model.batches).containsExactly(List.of(0), List.of(1, 2, 3), List.of(1000));
    assertThat(model.predictorThreads).containsExactly("http", "vertex-batch-0", "vertex-batch-0");
    assertThat(texts.conversionThreads)
        .hasSize(10)
        .containsOnly("http", Thread.currentThread().getName());
  }

  @Test
  void predict_refusedInstance_failsItsRequestWithoutABatch() throws Exception {
    try (PredictionHandler handler = started(new Texts())) {
      Call first = predictElsewhere(handler, "\"0\"");
      entered.await();
      Call good = predict(handler, "\"1\"");
      Call bad = predict(handler, "\"2\",\"wrong\",\"3\"");
      gate.countDown();
      assertThat(Calls.status(bad)).isEqualTo(400);
      assertThat(text(bad)).isEqualTo(WRONG.formatted(1));
      assertThat(text(first)).contains("<0>");
      assertThat(text(good)).isEqualTo("{\"predictions\":[\"<2>\"]}");
    }
    assertThat(model.batches).containsExactly(List.of(0), List.of(1));
  }

  @Test
  void C5_22_refusedInstances_haveErrorsInPlace() {
    Texts texts = new Texts();
    try (PredictionHandler handler =
        started(PredictionHandler.builder(texts).instanceErrors(InstanceErrors.IN_PLACE))) {
      // not read, not converted, refused by the predictor, not converted back
      assertThat(text(predict(handler, "\"1\",{},\"wrong\",\"13\",\"wrong\",\"11\",null")))
          .isEqualTo(
              "{\"predictions\":[\"<2>\",{\"error\":\"text is wanted, at $.instances[1], byte"
                  + " 18\"},"
                  + WRONG.formatted(2)
                  + ",{\"error\":\"13 brings bad luck at $.instances[3]\"},"
                  + WRONG.formatted(4)
                  + ","
                  + WRONG.formatted(5)
                  + ",\"<14>\"]}");
      assertThat(model.batches).containsExactly(List.of(1, 13, 11, 7), List.of(1, 11, 7));
      assertThat(texts.conversions)
          .containsExactly("1", "wrong", "13", "wrong", "11", "null", "<2", "<22", "<14");
      assertThat(text(predict(handler, "\"wrong\",\"wrong\"")))
          .isEqualTo("{\"predictions\":[" + WRONG.formatted(0) + "," + WRONG.formatted(1) + "]}");
      assertThat(model.batches).hasSize(2);
    }
  }

  @Test
  void predict_conversionThatFails_failsItsRequestAlone() throws Exception {
    try (PredictionHandler handler =
        started(PredictionHandler.builder(new Texts()).instanceErrors(InstanceErrors.IN_PLACE))) {
      Call first = predictElsewhere(handler, "\"0\"");
      entered.await();
      Call good = predict(handler, "\"1\"");
      Call badLater = predict(handler, "\"2\",\"22\"");
      for (String bad : List.of("\"3\",\"broken\"", "\"text\"", "\"endless\"")) {
        Call failed = predict(handler, bad);
        assertThat(Calls.status(failed)).isEqualTo(500);
        assertThat(text(failed)).isEqualTo(FAILED);
      }
      gate.countDown();
      assertThat(text(first)).contains("<0>");
      assertThat(text(good)).isEqualTo("{\"predictions\":[\"<2>\"]}");
      assertThat(Calls.status(badLater)).isEqualTo(500);
      assertThat(text(badLater)).isEqualTo(FAILED);
    }
    assertThat(model.batches).containsExactly(List.of(0), List.of(1, 2, 22));
  }

  @Test
  void predict_refusedPrediction_failsItsRequestWithThePlaceOfItsInstance() {
    try (PredictionHandler handler = started(new Texts())) {
      Call bad = predict(handler, "\"1\",\"11\"");
      assertThat(Calls.status(bad)).isEqualTo(400);
      assertThat(text(bad)).isEqualTo(WRONG.formatted(1));
    }
  }

  @Test
  void predict_nullInstance_isConverted() {
    try (PredictionHandler handler = started(new Texts())) {
      assertThat(text(predict(handler, "null,\"1\"")))
          .isEqualTo("{\"predictions\":[\"<14>\",\"<2>\"]}");
      assertThat(text(predict(handler, ""))).isEqualTo("{\"predictions\":[]}");
    }
  }

  @Test
  void C3_35_instancesConversionHangs_isAnsweredAtTheDeadline() {
    Texts hanging =
        new Texts() {
          @Override
          Integer toModel(@Nullable String instance) {
            Integer converted = super.toModel(instance);
            waitAtGate();
            return converted;
          }
        };
    try (PredictionHandler handler =
        started(PredictionHandler.builder(hanging).requestTimeout(Duration.ofMillis(1)))) {
      assertThat(Calls.status(predictElsewhere(handler, "\"1\",\"2\""))).isEqualTo(504);
      gate.countDown();
    }
    assertThat(hanging.conversions).doesNotContain("2"); // nobody waits for it
    assertThat(model.batches).isEmpty();
  }

  @Test
  void C3_35_predictionsConversionHangs_isAnsweredAtTheDeadline() {
    Texts hanging =
        new Texts() {
          @Override
          String fromModel(Integer prediction) {
            String converted = super.fromModel(prediction);
            waitAtGate();
            return converted;
          }
        };
    try (PredictionHandler handler =
        started(PredictionHandler.builder(hanging).requestTimeout(Duration.ofMillis(500)))) {
      assertThat(Calls.status(predictElsewhere(handler, "\"1\",\"2\""))).isEqualTo(504);
      gate.countDown();
    }
    assertThat(hanging.conversions).doesNotContain("<4");
  }

  @Test
  void cancelled_whileItIsConverted_neverReachesThePredictor() {
    AtomicReference<Call> call = new AtomicReference<>();
    Texts leaving =
        new Texts() {
          @Override
          Integer toModel(@Nullable String instance) {
            call.get().reply().cancel(false);
            return super.toModel(instance);
          }
        };
    try (PredictionHandler handler = started(leaving)) {
      call.set(gathered(handler, "\"1\",\"2\""));
      call.get().run(threads, true);
    }
    assertThat(leaving.conversions).containsExactly("1");
    assertThat(model.batches).isEmpty();
  }

  @Test
  void close_whileInstancesAreConverted_finishesTheirRequest() throws Exception {
    assertFinished(
        new Texts() {
          @Override
          Integer toModel(@Nullable String instance) {
            waitAtGate();
            assertThat(model.closed).isFalse();
            return super.toModel(instance);
          }
        });
  }

  @Test
  void close_whilePredictionsAreConverted_finishesTheirRequest() throws Exception {
    assertFinished(
        new Texts() {
          @Override
          String fromModel(Integer prediction) {
            waitAtGate();
            assertThat(model.closed).isFalse();
            return super.fromModel(prediction);
          }
        });
  }

  private void assertFinished(Texts slow) throws Exception {
    PredictionHandler handler = started(slow);
    Call reply = predictElsewhere(handler, "\"1\"");
    entered.await();
    Thread closing = new Thread(handler::close);
    closing.start();
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    assertThat(Calls.status(predict(handler, "\"2\""))).isEqualTo(503);
    gate.countDown();
    assertThat(text(reply)).isEqualTo("{\"predictions\":[\"<2>\"]}");
    closing.join();
    assertThat(model.closed).isTrue();
  }

  @Test
  void close_conversionThatHangs_isAnsweredAndKeepsTheModel() throws Exception {
    PredictionHandler handler =
        started(
            new Texts() {
              @Override
              Integer toModel(@Nullable String instance) {
                waitAtGate();
                return super.toModel(instance);
              }
            });
    Call reply = predictElsewhere(handler, "\"1\"");
    entered.await();
    assertThat(handler.close(Duration.ZERO)).isFalse();
    assertThat(Calls.status(reply)).isEqualTo(503);
    assertThat(model.closed).isFalse();
  }

  @Test
  void close_replyThatNoThreadMakes_isNotWaitedForOnceItsClientHasGone() throws Exception {
    Texts texts = new Texts();
    PredictionHandler handler = started(texts);
    Call first = predictElsewhere(handler, "\"0\"");
    entered.await();
    Call call = gathered(handler, "\"1\"");
    call.run(making -> {}, true); // as a container with no client does
    call.reply().cancel(false);
    gate.countDown();
    assertThat(handler.close(Duration.ofDays(1))).isTrue();
    assertThat(text(first)).contains("<0>");
    assertThat(model.closed).isTrue();
  }

  @Test
  void handler_converts_onItsOwnThread() {
    Texts texts =
        new Texts() {
          @Override
          public void register(Handlers<String, String> handlers) {
            handlers.onMediaType(
                "text/plain",
                (request, predictor) -> {
                  List<String> words = List.of(request.text().split(" "));
                  return RawReply.json(predictor.predict(words, Parameters.absent()));
                });
          }
        };
    try (PredictionHandler handler = started(texts)) {
      assertThat(text(raw(handler, "1 2"))).isEqualTo("[\"<2>\",\"<4>\"]");
      Call refused = raw(handler, "1 wrong");
      assertThat(Calls.status(refused)).isEqualTo(400);
      assertThat(text(refused)).isEqualTo("{\"error\":\"a number is wanted\"}");
      assertThat(Calls.status(raw(handler, "1 11"))).isEqualTo(400);
      assertThat(Calls.status(raw(handler, "1 broken"))).isEqualTo(500);
      assertThat(Calls.status(raw(handler, "1 22"))).isEqualTo(500);
      assertThat(Calls.status(raw(handler, "13"))).isEqualTo(400);
    }
    assertThat(texts.conversionThreads).allMatch(name -> name.startsWith("vertex-raw-"));
  }

  @Test
  void handlerWhoseClientHasGone_convertsNoMore() throws Exception {
    BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    Texts slow =
        new Texts() {
          @Override
          Integer toModel(@Nullable String instance) {
            Integer converted = super.toModel(instance);
            waitAtGate();
            return converted;
          }
        };
    PredictorProvider<String, String> provider =
        slow.with(
            handlers ->
                handlers.onMediaType(
                    "text/plain",
                    (request, predictor) -> {
                      try {
                        predictor.predict(List.of("1", "2"), Parameters.absent());
                      } catch (RuntimeException e) {
                        failures.add(e);
                      }
                      return RawReply.text("late");
                    }));
    try (PredictionHandler handler = started(provider)) {
      Call call = raw(handler, "");
      entered.await();
      call.reply().cancel(false);
      gate.countDown();
      assertThat(failures.take()).hasMessageContaining("the client has gone");
    }
    assertThat(slow.conversions).containsExactly("1");
    assertThat(model.batches).isEmpty();
  }

  /** A record's conversion may be a view of the request's memory, and so may the prediction. */
  @Test
  void predict_conversionsThatAreViews_neverShowAnothersNumbers() {
    PredictorProvider<Tensors, Tensors> identity =
        PredictorProvider.of(Tensors.class, (instances, parameters) -> instances);
    try (PredictionHandler handler = started(single(identity))) {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int client = 0; client < 8; client++) {
        String number = (client + 1) + ".0";
        String row = "[" + (number + ",").repeat(400) + number + "]";
        clients.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int i = 0; i < 300; i++) {
                    assertThat(text(predict(handler, row + "," + row)))
                        .isEqualTo("{\"predictions\":[" + row + "," + row + "]}");
                  }
                },
                threads));
      }
      clients.forEach(CompletableFuture::join);
    }
  }

  /** Puts a tensor in front of the only one of a group. */
  private static PredictorProvider<Tensor, Tensor> single(
      PredictorProvider<Tensors, Tensors> model) {
    return model.converted(Tensor.class, ConversionsTest::group, prediction -> prediction.get(0));
  }

  private static Tensors group(Tensor instance) {
    if (instance.toFloats()[0] < 0) {
      throw new InvalidInputException("a number is wanted");
    }
    return Tensors.of(instance);
  }

  @Test
  void quick_conversions_isDeclined() {
    PredictorProvider<Tensors, Tensors> identity =
        PredictorProvider.of(Tensors.class, (instances, parameters) -> instances);
    try (PredictionHandler handler = started(single(identity).with(handlers -> {}))) {
      Call call = gathered(handler, "[1,2]");
      assertThat(call.quick()).isFalse();
      call.run(threads, true);
      assertThat(text(call)).isEqualTo("{\"predictions\":[[1.0,2.0]]}");
    }
  }

  @Test
  void predict_tensorsInEveryFormat_areConverted() {
    PredictionHandler.Builder builder =
        PredictionHandler.builder(single(new TorchScriptProvider()))
            .storageUri("src/test/resources/models/affine");
    try (PredictionHandler handler = started(builder)) {
      assertThat(text(predict(handler, "[1,2],[3,4]")))
          .isEqualTo("{\"predictions\":[[3.0,5.0],[7.0,9.0]]}");
      assertThat(text(predict(handler, "[1,2],[3],[4,5,6],[7]"))) // batches of three shapes
          .isEqualTo("{\"predictions\":[[3.0,5.0],[7.0],[9.0,11.0,13.0],[15.0]]}");
      String inference =
          "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,1],\"datatype\":\"FP32\",\"data\":[%s,%s]}]}";
      assertThat(text(send(handler, JSON, inference.formatted(1, 2))))
          .contains("\"shape\":[2,1]", "\"data\":[3.0,5.0]");
      Call refused = send(handler, JSON, inference.formatted(1, -2));
      assertThat(Calls.status(refused)).isEqualTo(400);
      assertThat(text(refused)).isEqualTo(WRONG.formatted(1));
      Map<String, String> npy = Map.of("Content-Type", "application/x-npy");
      Call array = send(handler, npy, npy(1, 2));
      assertThat(Calls.status(array)).isEqualTo(200);
      ByteBuffer bytes = ByteBuffer.wrap(Calls.bytes(array)).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(bytes.getFloat(bytes.limit() - 8)).isEqualTo(3);
      assertThat(bytes.getFloat(bytes.limit() - 4)).isEqualTo(5);
      assertThat(text(send(handler, npy, npy(-1, 2)))).isEqualTo(WRONG.formatted(0));
    }
  }

  /** An array of float32[2,1]. */
  private static byte[] npy(float first, float second) {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }";
    String padded = header + " ".repeat(64 - 10 - 1 + 64 - header.length()) + "\n";
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
    file.writeBytes(padded.getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(
        ByteBuffer.allocate(8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(first)
            .putFloat(second)
            .array());
    return file.toByteArray();
  }

  @Test
  void predict_inFrontOfATranslator_isConverted(@TempDir Path directory) throws Exception {
    Path file = Path.of("src/test/resources/models/affine/affine.pt");
    Files.copy(file, directory.resolve("affine.pt"));
    Files.writeString(
        directory.resolve("serving.properties"),
        "translatorFactory=io.github.vertexj.djl.TinyTranslatorFactory\n"
            + "option.scale=1\noption.instanceClass=java.lang.String\n");
    PredictionHandler.Builder builder =
        PredictionHandler.builder(words()).storageUri(directory.toString());
    try (PredictionHandler handler = started(builder)) {
      assertThat(text(predict(handler, "[\"1\",\"2\"]"))).contains("3.0", "5.0");
      assertThat(text(predict(handler, "[]")))
          .isEqualTo("{\"error\":\"words are wanted at" + " $.instances[0]\"}");
    }
  }

  /** Puts lists of words in front of texts. */
  private static PredictorProvider<List<String>, String> words() {
    return new DjlProvider()
        .converted(
            InstanceReader.of(new TypeReference<List<String>>() {}),
            ConversionsTest::joined,
            prediction -> prediction.toString().toLowerCase(Locale.ROOT));
  }

  private static Object joined(List<String> words) {
    if (words.isEmpty()) {
      throw new InvalidInputException("words are wanted");
    }
    return String.join(" ", words);
  }

  private static PredictionHandler started(PredictorProvider<?, ?> provider) {
    return started(PredictionHandler.builder(provider));
  }

  private static PredictionHandler started(PredictionHandler.Builder builder) {
    PredictionHandler handler = builder.build();
    handler.start().join();
    return handler;
  }

  private Call predictElsewhere(PredictionHandler handler, String instances) {
    Call call = gathered(handler, instances);
    threads.execute(() -> call.run(threads, true));
    return call;
  }

  private static Call gathered(PredictionHandler handler, String instances) {
    return Calls.gathered(handler, Calls.predict(JSON), bytes(envelope(instances)));
  }

  private Call predict(PredictionHandler handler, String instances) {
    return send(handler, JSON, envelope(instances));
  }

  private static String envelope(String instances) {
    return "{\"instances\":[" + instances + "]}";
  }

  private Call raw(PredictionHandler handler, String text) {
    return send(handler, Map.of("Content-Type", "text/plain"), text);
  }

  private Call send(PredictionHandler handler, Map<String, String> headers, String text) {
    return send(handler, headers, bytes(text));
  }

  private Call send(PredictionHandler handler, Map<String, String> headers, byte[] bytes) {
    return Calls.send(handler, Calls.predict(headers), bytes, threads);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Call call) {
    return Calls.text(call);
  }
}
