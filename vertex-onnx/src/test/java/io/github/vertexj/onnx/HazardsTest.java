package io.github.vertexj.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What ends the process, leaks or talks too much when ONNX Runtime's Java API is used as it comes.
 */
final class HazardsTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long MOST_GROWTH_KIB = 24 << 10;
  private static final int ROUNDS = 4;

  /** To close a session during a run is a segmentation fault: hence a process of its own. */
  @Test
  void close_duringARunThatNeverEnds_endsItFirst() throws Exception {
    ChildJvm child = ChildJvm.run(CloseDuringEndlessRun.class);

    assertThat(child.output()).contains("the run has ended").contains("closed");
    assertThat(child.exitCode()).isZero();
  }

  /** The child's program. */
  static final class CloseDuringEndlessRun {
    private CloseDuringEndlessRun() {}

    public static void main(String[] arguments) throws Exception {
      OnnxSession session =
          OnnxSession.load(
              Models.directory("endless").resolve("model.onnx"),
              new SessionSettings(SessionSettings.CPU, 1, null));
      OnnxForward forward = new OnnxForward(session);
      Thread caller =
          new Thread(
              () -> {
                try {
                  forward.run(List.of(Models.row(1, 2)));
                } catch (RuntimeException e) {
                  System.out.println("the run has ended");
                }
              });
      caller.start();
      while (session.runsUnderWay() == 0) {
        Thread.onSpinWait();
      }
      session.close();
      session.close();
      caller.join();
      System.out.println("closed");
    }
  }

  @Test
  void close_duringManyRuns_waitsForThem() throws Exception {
    ChildJvm child = ChildJvm.run(CloseDuringRuns.class);

    assertThat(child.output()).contains("all rounds survived");
    assertThat(child.exitCode()).isZero();
  }

  /** The child's program: every round closes a session that two threads are using. */
  static final class CloseDuringRuns {
    private CloseDuringRuns() {}

    public static void main(String[] arguments) throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(2, HazardsTest::daemon);
      for (int round = 0; round < 200; round++) {
        OnnxSession session =
            OnnxSession.load(
                Models.directory("external").resolve("model.onnx"),
                new SessionSettings(SessionSettings.CPU, 1, null));
        CountDownLatch running = new CountDownLatch(2);
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          OnnxForward forward = new OnnxForward(session);
          callers.add(threads.submit(() -> runUntilClosed(forward, running)));
        }
        running.await();
        session.close();
        for (Future<?> caller : callers) {
          caller.get();
        }
      }
      threads.shutdown();
      System.out.println("all rounds survived");
    }

    private static Void runUntilClosed(OnnxForward forward, CountDownLatch running) {
      Tensors instance = Models.row(new float[128]);
      while (true) {
        try {
          forward.run(List.of(instance, instance));
        } catch (IllegalStateException e) {
          running.countDown();
          return null;
        }
        running.countDown();
      }
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true); // so that a failure ends the process
    return thread;
  }

  /** ONNX Runtime frees its environment in a shutdown hook that runs beside all others. */
  @Test
  void exit_duringLoadsAndRuns_disturbsNeither() throws Exception {
    ChildJvm child = ChildJvm.run(ExitDuringLoads.class);

    assertThat(child.output()).contains("our own hook has ended").doesNotContain("failed");
    assertThat(child.exitCode()).isZero();
  }

  /** The child's program: two threads load and run while the process is being stopped. */
  static final class ExitDuringLoads {
    private ExitDuringLoads() {}

    public static void main(String[] arguments) throws Exception {
      CountDownLatch working = new CountDownLatch(2);
      CountDownLatch afterShutdown = new CountDownLatch(40);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      afterShutdown.await(); // as a drain waits for the last requests
                      System.out.println("our own hook has ended");
                    } catch (InterruptedException e) {
                      System.out.println("failed: interrupted");
                    }
                  }));
      CountDownLatch stopping = new CountDownLatch(1);
      for (int i = 0; i < 2; i++) {
        daemon(() -> loadAndRun(working, stopping, afterShutdown)).start();
      }
      working.await();
      stopping.countDown();
      System.exit(0);
    }

    private static void loadAndRun(
        CountDownLatch working, CountDownLatch stopping, CountDownLatch afterShutdown) {
      try {
        while (true) {
          try (OnnxSession session =
              OnnxSession.load(
                  Models.directory("external").resolve("model.onnx"),
                  new SessionSettings(SessionSettings.CPU, 1, null))) {
            new OnnxForward(session).run(List.of(Models.row(new float[128])));
          }
          working.countDown();
          if (stopping.getCount() == 0) {
            afterShutdown.countDown();
          }
        }
      } catch (RuntimeException e) {
        System.out.println("failed: " + e);
        while (afterShutdown.getCount() > 0) {
          afterShutdown.countDown();
        }
      }
    }
  }

  /** Each failure of an operator writes two coloured lines to stderr, past any logger. */
  @Test
  void failures_ofOperators_writeNothingOfTheirOwn() throws Exception {
    ChildJvm child = ChildJvm.run(FailingRuns.class);

    assertThat(child.output().lines()).containsExactly("100 failures");
  }

  /** The child's program. */
  static final class FailingRuns {
    private FailingRuns() {}

    public static void main(String[] arguments) {
      int failures = 0;
      try (OnnxSession session =
          OnnxSession.load(
              Models.directory("reshape").resolve("model.onnx"),
              new SessionSettings(SessionSettings.CPU, 1, null))) {
        for (int i = 0; i < 100; i++) {
          try {
            new OnnxForward(session).run(List.of(Models.row(1, 2, 3)));
          } catch (InvalidInputException e) {
            failures++;
          }
        }
      }
      System.out.println(failures + " failures");
    }
  }

  @Test
  void load_withoutTemporaryDirectory_saysSo() throws Exception {
    ChildJvm child = ChildJvm.run(Loading.class, "-Djava.io.tmpdir=/nowhere/at/all");

    assertThat(child.output())
        .contains("unpacks its native library into /nowhere/at/all", "-Djava.io.tmpdir");
  }

  @Test
  void load_withoutItsJar_namesTheCoordinates() throws Exception {
    ChildJvm child = ChildJvm.run(ChildJvm.classPathWithout("onnxruntime-1"), Loading.class);

    assertThat(child.output())
        .contains("ONNX Runtime's jar is not on the class path")
        .contains("com.microsoft.onnxruntime:onnxruntime:1.29.0");
  }

  /** The child's program. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] arguments) throws Exception {
      try {
        new OnnxModelProvider().load(Models.deployed("affine", Map.of()), stage -> {}).close();
        System.out.println("loaded");
      } catch (StartException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** The elements of a list are objects of their own, which closing the result does not free. */
  @Test
  void run_listsAndMaps_areFreed() throws Exception {
    try (LoadedModel<Object, Object> maps =
            Models.load(new OnnxModelProvider(), "map_by_text", Map.of("maxWorkers", "1"));
        LoadedModel<Tensors, Tensors> rows = Models.tensors("rows_as_list")) {
      Predictor<Object, Object> mapped = maps.newPredictor(0);
      Predictor<Tensors, Tensors> listed = rows.newPredictor(0);
      List<Object> instances = new ArrayList<>();
      List<Tensors> tensors = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        instances.add(Map.of("x", List.of(i, 1)));
        tensors.add(Models.row(i, 1));
      }

      assertFlat(
          2_500,
          () -> {
            mapped.predict(instances, Parameters.absent());
            listed.predict(tensors, Parameters.absent());
          });
    }
  }

  /** ONNX Runtime 1.29 loses two kilobytes by each run that it refuses for its inputs. */
  @Test
  void predict_wrongShapes_areRefusedBeforeARun() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("affine")) {
      Predictor<Tensors, Tensors> predictor = model.newPredictor(0);
      Tensors tooLong = Models.row(1, 2, 3);

      assertFlat(
          20_000,
          () -> {
            try {
              predictor.predict(List.of(tooLong), Parameters.absent());
            } catch (InvalidInputException e) {
              assertThat(e).hasMessageContaining("x must be float32[2], not float32[3]");
            }
          });
    }
  }

  @Test
  void predict_onSeveralThreads_givesEachItsOwnAnswers() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("affine")) {
      ExecutorService threads = Executors.newFixedThreadPool(3);
      List<Callable<Boolean>> callers = new ArrayList<>();
      for (int caller = 0; caller < 3; caller++) {
        Predictor<Tensors, Tensors> predictor = model.newPredictor(caller);
        float value = caller;
        callers.add(
            () -> {
              for (int call = 0; call < 1_000; call++) {
                Tensors instance = Models.row(value + call, value);
                assertThat(
                        predictor
                            .predict(List.of(instance, instance), Parameters.absent())
                            .get(1)
                            .get(0)
                            .toFloats())
                    .containsExactly(2 * (value + call) + 1, 2 * value + 1);
              }
              return true;
            });
      }
      for (Future<Boolean> future : threads.invokeAll(callers)) {
        assertThat(future.get()).isTrue();
      }
      threads.shutdown();
    }
  }

  /** Inputs are read in place, and their memory is used again. */
  @Test
  void predict_outputIsItsInput_isNotChangedByTheNextBatch() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("identity_float")) {
      Predictor<Tensors, Tensors> predictor = model.newPredictor(0);
      List<Tensors> first = predictor.predict(List.of(Models.row(1, 2)), Parameters.absent());
      predictor.predict(List.of(Models.row(9, 9)), Parameters.absent());

      assertThat(first.get(0).get(0).toFloats()).containsExactly(1, 2);
    }
  }

  @Test
  void predict_afterClose_isRefused() throws Exception {
    LoadedModel<Tensors, Tensors> model = Models.tensors("affine");
    Predictor<Tensors, Tensors> predictor = model.newPredictor(0);
    model.close();

    assertThatThrownBy(() -> predictor.predict(List.of(Models.row(1, 2)), Parameters.absent()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the model is closed");
  }

  @Test
  void predict_moreMemoryThanThereIs_isThatAndNoFaultOfTheCaller() {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("huge_output")) {
      assertThatThrownBy(() -> Models.predict(model, Tensors.of(Tensor.of(new float[] {1}))))
          .isInstanceOf(OutOfMemoryException.class);
    }
  }

  /** To read an optional output that has no value ends the process. */
  @Test
  void load_optionalOutput_isRefused() {
    assertThatThrownBy(() -> Models.tensors("optional_output"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("optional");
  }

  @Test
  void load_unknownOperatorOrOpset_saysWhich() {
    assertThatThrownBy(() -> Models.tensors("unknown_operator"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("Wobble")
        .hasMessageContaining("export it");
    assertThatThrownBy(() -> Models.tensors("newer_opset"))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("opset");
  }

  @Test
  void load_filesThatAreCutOffOrChanged_areRefusedOrLoaded(@TempDir Path directory)
      throws Exception {
    byte[] whole = Files.readAllBytes(Models.directory("label_and_map").resolve("model.onnx"));
    Path file = directory.resolve("model.onnx");
    Random random = new Random(14);
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      byte[] bytes =
          i < whole.length && i % 4 == 0
              ? java.util.Arrays.copyOf(whole, random.nextInt(whole.length))
              : whole.clone();
      for (int change = 0; change < 4 && bytes.length > 0; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      Files.write(file, bytes);
      try {
        OnnxSession.load(file, new SessionSettings(SessionSettings.CPU, 1, null)).close();
      } catch (StartException e) {
        assertThat(e.getMessage().lines()).hasSize(1);
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  /** External data is looked for beside the file, not in the working directory. */
  @Test
  void load_weightsInAFileBeside_areFound() throws Exception {
    try (LoadedModel<Tensors, Tensors> model = Models.tensors("external")) {
      assertThat(Models.predict(model, Models.row(new float[128])).get(0).get(0).elements())
          .isEqualTo(10);
    }
  }

  @Test
  void load_weightsBesideAreMissing_saysSo(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("model.onnx");
    Files.copy(Models.directory("external").resolve("model.onnx"), file);

    assertThatThrownBy(
            () -> OnnxSession.load(file, new SessionSettings(SessionSettings.CPU, 1, null)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("external data");
  }

  /** A call that is made again and again. */
  interface Repeated {
    void run() throws Exception;
  }

  /** Looks at the process's size before and after many calls: a leak shows in every round. */
  private static void assertFlat(int calls, Repeated call) throws Exception {
    assumeTrue(Files.exists(STATUS), "only Linux tells the size of a process like this");
    repeat(calls / 4, call);
    long growth = MOST_GROWTH_KIB;
    for (int round = 0; round < ROUNDS && growth >= MOST_GROWTH_KIB; round++) {
      long before = residentKib();
      repeat(calls, call);
      growth = residentKib() - before;
    }
    assertThat(growth).isLessThan(MOST_GROWTH_KIB);
  }

  private static void repeat(int times, Repeated call) throws Exception {
    for (int i = 0; i < times; i++) {
      call.run();
    }
  }

  private static long residentKib() throws IOException {
    System.gc(); // so that the Java heap's own growth is small against a leak
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
