package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What ends the process or leaks when libtorch is used through DJL as it comes. */
final class NativeHazardsTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int ROUNDS = 4;
  private static final int CALLS = 3_000;
  private static final int ROW = 65_536; // 256 KiB: 750 MiB in all if every call loses one
  private static final long MOST_GROWTH_KIB = 64 << 10;

  /** DJL's predictor does not free the inputs of a forward that fails. */
  @Test
  void predict_fails_freesItsInputs() throws Exception {
    try (Loaded model = Loaded.model("raises_on_negative")) {
      float[] negative = new float[ROW];
      Arrays.fill(negative, -1);
      Tensors instance = Loaded.row(negative);

      assertFlat(
          () ->
              assertThatThrownBy(() -> model.predict(instance))
                  .hasMessageContaining("negative value"));
    }
  }

  /** Tensors that nobody closes are never collected. */
  @Test
  void predict_succeeds_freesInputsAndEveryOutput() throws Exception {
    try (Loaded tuple = Loaded.model("nested_output");
        Loaded dictionary = Loaded.model("dict_output");
        Loaded half = Loaded.model("half_output");
        Loaded cast = Loaded.model("identity", Map.of("option.dtype", "bf16"))) {
      Tensors instance = Loaded.row(new float[ROW / 3]);

      assertFlat(
          () -> {
            tuple.predict(instance);
            dictionary.predict(instance);
            half.predict(instance);
            cast.predict(instance);
          });
    }
  }

  @Test
  void predict_outputIsRefused_freesIt() throws Exception {
    try (Loaded model = Loaded.model("wrong_rows")) {
      Tensors instance = Loaded.row(new float[ROW / 2]);

      assertFlat(
          () ->
              assertThatThrownBy(() -> model.predict(instance, instance))
                  .hasMessageContaining("first dimension"));
    }
  }

  /** An output may be a view of the memory that the next batch is written into. */
  @Test
  void predict_outputAliasesTheInput_isNotChangedByTheNextBatch() throws Exception {
    try (Loaded identity = Loaded.model("identity")) {
      List<Tensors> first = identity.predict(Loaded.row(1, 2), Loaded.row(3, 4));
      identity.predict(Loaded.row(9, 9), Loaded.row(9, 9));

      assertThat(first.get(0).get(0).toFloats()).containsExactly(1, 2);
      assertThat(first.get(1).get(0).toFloats()).containsExactly(3, 4);
    }
  }

  /**
   * A model that is closed during a forward is a segmentation fault: hence a process of its own.
   */
  @Test
  void close_duringAForward_waitsForIt() throws Exception {
    ChildJvm child = ChildJvm.run(CloseDuringForward.class);

    assertThat(child.output()).contains("all rounds survived");
    assertThat(child.exitCode()).isZero();
  }

  /** The child's program: every round closes a model that two threads are using. */
  static final class CloseDuringForward {
    private CloseDuringForward() {}

    public static void main(String[] arguments) throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(2, CloseDuringForward::daemon);
      for (int round = 0; round < 300; round++) {
        Loaded model = Loaded.model("mlp");
        CountDownLatch running = new CountDownLatch(2);
        List<Future<?>> callers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          Predictor<Tensors, Tensors> predictor = model.model().newPredictor(i);
          callers.add(threads.submit(() -> predictUntilClosed(predictor, running)));
        }
        running.await();
        model.close();
        model.close();
        for (Future<?> caller : callers) {
          caller.get();
        }
      }
      threads.shutdown();
      System.out.println("all rounds survived");
    }

    private static Thread daemon(Runnable task) {
      Thread thread = new Thread(task);
      thread.setDaemon(true); // so that a failure ends the process
      return thread;
    }

    private static Void predictUntilClosed(
        Predictor<Tensors, Tensors> predictor, CountDownLatch running) throws Exception {
      Tensors instance = Loaded.row(new float[784]);
      while (true) {
        try {
          predictor.predict(List.of(instance, instance), Parameters.absent());
        } catch (IllegalStateException e) {
          if (!"the model is closed".equals(e.getMessage())) {
            throw e;
          }
          running.countDown();
          return null;
        }
        running.countDown();
      }
    }
  }

  @Test
  void predict_afterClose_isRefused() throws Exception {
    Loaded model = Loaded.model("affine");
    model.close();

    assertThatThrownBy(() -> model.predict(Loaded.row(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the model is closed");
  }

  /** libtorch keeps the number of threads for each calling thread. */
  @Test
  void predict_onSeveralThreads_limitsEachOfThem() throws Exception {
    Map<String, String> settings = Map.of("option.intraOpNumThreads", "2", "maxWorkers", "1");
    try (Loaded two = Loaded.model("affine", settings);
        Loaded one = Loaded.model("affine")) {
      Callable<List<Integer>> used =
          () -> List.of(threadsAfter(two), threadsAfter(one), threadsAfter(two));
      ExecutorService threads = Executors.newFixedThreadPool(4);

      for (Future<List<Integer>> future : threads.invokeAll(Collections.nCopies(4, used))) {
        assertThat(future.get()).containsExactly(2, 1, 2);
      }
      threads.shutdown();
    }
  }

  private static int threadsAfter(Loaded model) throws Exception {
    model.model().newPredictor(0).predict(List.of(Loaded.row(1)), Parameters.absent());
    return TorchScript.threads();
  }

  /**
   * MKL starts a helper for each thread that calls it, even with DJL's {@code num_threads=1}, and
   * the helpers of several callers slow one another down.
   */
  @Test
  void predict_onSeveralThreads_startsNoHelpersForThem() throws Exception {
    assumeTrue(Files.exists(STATUS), "only Linux lists the threads of a process like this");
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "on one processor there are none");

    assertThat(ChildJvm.run(HelpersOfCallers.class).output()).contains("caller threads: 3");
  }

  /** The child's program: a helper has the name of the thread that it was started by. */
  static final class HelpersOfCallers {
    private HelpersOfCallers() {}

    public static void main(String[] arguments) throws Exception {
      try (Loaded model = Loaded.model("mlp")) {
        List<Tensors> batch = Collections.nCopies(1024, Loaded.row(new float[784]));
        ExecutorService threads =
            Executors.newFixedThreadPool(3, task -> new Thread(task, "caller"));
        CountDownLatch together = new CountDownLatch(3);
        Callable<List<Tensors>> call =
            () -> {
              together.countDown();
              together.await();
              return model.model().newPredictor(0).predict(batch, Parameters.absent());
            };
        for (Future<List<Tensors>> answer : threads.invokeAll(Collections.nCopies(3, call))) {
          answer.get();
        }
        System.out.println("caller threads: " + threadsNamed("caller"));
        threads.shutdown();
      }
    }

    private static long threadsNamed(String name) throws IOException {
      long count = 0;
      try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
        for (Path thread : threads.toList()) {
          count += Files.readString(thread.resolve("comm")).strip().equals(name) ? 1 : 0;
        }
      }
      return count;
    }
  }

  @Test
  void predict_onSeveralThreads_givesEachItsOwnAnswers() throws Exception {
    try (Loaded model = Loaded.model("affine")) {
      ExecutorService threads = Executors.newFixedThreadPool(3);
      List<Callable<Boolean>> callers = new ArrayList<>();
      for (int caller = 0; caller < 3; caller++) {
        Predictor<Tensors, Tensors> predictor = model.model().newPredictor(caller);
        float value = caller;
        callers.add(
            () -> {
              for (int call = 0; call < 1_000; call++) {
                Tensors instance = Loaded.row(value + call, value);
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

  /**
   * Looks at the process's size before and after many calls. The JVM grows, too, the more so the
   * more processors it has, but not for ever: a leak shows in every round.
   */
  static void assertFlat(Repeated call) throws Exception {
    assumeTrue(Files.exists(STATUS), "only Linux tells the size of a process like this");
    repeat(CALLS / 10, call);
    long growth = MOST_GROWTH_KIB;
    for (int round = 0; round < ROUNDS && growth >= MOST_GROWTH_KIB; round++) {
      long before = residentKib();
      repeat(CALLS, call);
      growth = residentKib() - before;
    }
    assertThat(growth).isLessThan(MOST_GROWTH_KIB);
  }

  private static void repeat(int times, Repeated call) throws Exception {
    for (int i = 0; i < times; i++) {
      call.run();
    }
  }

  /** A call that is made again and again. */
  interface Repeated {
    void run() throws Exception;
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
