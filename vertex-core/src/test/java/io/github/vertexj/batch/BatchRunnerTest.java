package io.github.vertexj.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How failures are confined; every request here is submitted by hand. */
class BatchRunnerTest {
  private static final int BAD = 13;
  private final List<Submission<Integer, Integer>> requests = new ArrayList<>();

  @Test
  void run_oneCulprit_failsAlone() {
    TimesTen predictor = new TimesTen(instances -> failOn(instances, Set.of(BAD)));
    run(predictor, batch(1, 2, 3, BAD, 5, 6, 7, 8));
    assertThat(failureOf(3)).isInstanceOf(PredictorFailedException.class);
    assertThat(failureOf(3)).hasCauseInstanceOf(IllegalStateException.class);
    assertOthersAnswered(3);
    assertThat(predictor.batches).as("2 log2(n) further calls").hasSize(1 + 6);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 8, 13, 32})
  void run_anyTwoCulprits_failAlone(int size) {
    Integer[] instances = IntStream.range(0, size).boxed().toArray(Integer[]::new);
    for (int first = 0; first < size; first++) {
      for (int second = first + 1; second < size; second++) {
        requests.clear();
        Set<Integer> culprits = Set.of(first, second);
        run(new TimesTen(batch -> failOn(batch, culprits)), batch(instances));
        assertThat(failureOf(first)).isInstanceOf(PredictorFailedException.class);
        assertThat(failureOf(second)).isInstanceOf(PredictorFailedException.class);
        assertOthersAnswered(first, second);
      }
    }
  }

  @Test
  void run_everythingFails_effortIsBounded() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              throw new IllegalStateException("always");
            });
    run(predictor, batch(IntStream.range(0, 32).boxed().toArray(Integer[]::new)));
    assertThat(predictor.batches).hasSize(1 + 4 * 5);
    assertThat(requests).allMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  void run_failsOnce_everybodyIsAnswered() {
    TimesTen predictor =
        new TimesTen(
            new TimesTen.Fault() {
              private boolean failed;

              @Override
              public void hit(List<Integer> instances) {
                if (!failed) {
                  failed = true;
                  throw new IllegalStateException("once");
                }
              }
            });
    run(predictor, batch(1, 2, 3, 4));
    assertOthersAnswered();
    assertThat(predictor.batches).hasSize(3);
  }

  @Test
  void run_singleRequest_failsWithoutFurtherCalls() {
    TimesTen predictor = new TimesTen(instances -> failOn(instances, Set.of(BAD)));
    run(predictor, new Batch<>(slice(1, 2, BAD, 4)));
    assertThat(failureOf(0)).isInstanceOf(PredictorFailedException.class);
    assertThat(predictor.batches).hasSize(1);
  }

  @Test
  void run_invalidInputNamed_failsAtOnceWithItsOwnIndex() {
    TimesTen predictor = new TimesTen(BatchRunnerTest::refuseBad);
    Batch<Integer, Integer> batch = new Batch<>(slice(1, 2));
    batch.add(slice(3, BAD, 5));
    batch.add(slice(6));
    run(predictor, batch);
    assertInvalidAt(1, 1);
    assertOthersAnswered(1);
    assertThat(predictor.batches).containsExactly(List.of(1, 2, 3, BAD, 5, 6), List.of(1, 2, 6));
  }

  @Test
  void run_manyNamed_eachCostsOneCall() {
    TimesTen predictor = new TimesTen(BatchRunnerTest::refuseBad);
    run(predictor, batch(BAD, 1, BAD, 2, BAD, BAD));
    for (int bad : new int[] {0, 2, 4, 5}) {
      assertInvalidAt(bad, 0);
    }
    assertOthersAnswered(0, 2, 4, 5);
    assertThat(predictor.batches).hasSize(5);
  }

  @Test
  void run_invalidInSliceOfLargeRequest_indexCountsInTheRequest() {
    TimesTen predictor = new TimesTen(BatchRunnerTest::refuseBad);
    Pending<Integer, Integer> rest = slice(1, 2, 3, 4, BAD, 6);
    rest.take(3);
    run(predictor, new Batch<>(rest));
    assertInvalidAt(0, 4);
  }

  @Test
  void run_invalidInputUnnamed_isSearchedFor() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              if (instances.contains(BAD)) {
                throw new InvalidInputException("thirteen is not wanted");
              }
            });
    run(predictor, batch(1, 2, BAD, 4));
    assertInvalidAt(2, -1);
    assertThat(failureOf(2)).hasMessage("thirteen is not wanted");
    assertOthersAnswered(2);
  }

  @Test
  void run_invalidInputNamesNoInstanceOfTheBatch_isTakenAsUnnamed() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              throw InvalidInputException.at(99, "somewhere");
            });
    run(predictor, new Batch<>(slice(1, 2)));
    assertInvalidAt(0, -1);
  }

  @Test
  void run_outOfMemory_isRunInPartsThatFit() {
    TimesTen predictor = new TimesTen(instances -> exhaust(instances, 3));
    Batch<Integer, Integer> batch = new Batch<>(slice(1, 2, 3, 4, 5));
    batch.add(slice(6, 7, 8));
    BatchRunner<Integer, Integer> runner = run(predictor, batch);
    assertOthersAnswered();
    assertThat(predictor.batches)
        .containsExactly(
            List.of(1, 2, 3, 4, 5, 6, 7, 8),
            List.of(1, 2, 3, 4),
            List.of(1, 2),
            List.of(3, 4),
            List.of(5, 6),
            List.of(7, 8));
    assertThat(runner.limit()).as("the next batch starts smaller").isEqualTo(2);
  }

  @Test
  void run_outOfMemoryForOneInstance_failsItsRequestOnly() {
    TimesTen predictor =
        new TimesTen(instances -> exhaust(instances, instances.contains(BAD) ? 0 : 9));
    run(predictor, batch(1, BAD, 3, 4));
    assertThat(failureOf(1)).isInstanceOf(OutOfMemoryException.class);
    assertOthersAnswered(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5})
  void C3_14_run_wrongNumberOfPredictions_failsWithBothNumbers(int returned) {
    run(
        (instances, parameters) -> Collections.nCopies(returned, 1),
        new Batch<>(slice(1, 2, 3, 4)));
    assertThat(failureOf(0))
        .isInstanceOf(PredictorFailedException.class)
        .hasMessage("The predictor returned " + returned + " predictions for 4 instances");
  }

  @Test
  @SuppressWarnings("NullAway") // what a predictor must not do
  void run_nullList_fails() {
    run((instances, parameters) -> null, new Batch<>(slice(1)));
    assertThat(failureOf(0)).isInstanceOf(PredictorFailedException.class);
    assertThat(failureOf(0)).hasMessageContaining("null");
  }

  @Test
  void run_error_isAnsweredAndConfined() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              if (instances.contains(BAD)) {
                throw new StackOverflowError();
              }
            });
    run(predictor, batch(1, BAD, 3));
    assertThat(failureOf(1)).hasCauseInstanceOf(StackOverflowError.class);
    assertOthersAnswered(1);
  }

  @Test
  void run_heapExhausted_failsEverybodyWithoutFurtherCalls() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              throw new OutOfMemoryError("on purpose");
            });
    run(predictor, batch(1, 2, 3, 4));
    assertThat(requests).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(predictor.batches).hasSize(1);
  }

  @Test
  void run_deviceLost_failsAllThatIsLeft() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              if (instances.size() > 2) {
                throw new IllegalStateException("first");
              }
              throw new DeviceLostException("then", new IllegalStateException());
            });
    BatchRunner<Integer, Integer> runner = run(predictor, batch(1, 2, 3, 4));
    assertThat(runner.lost()).isNotNull();
    assertThat(predictor.batches).hasSize(2);
    for (int i = 0; i < 4; i++) {
      assertThat(failureOf(i)).isInstanceOf(DeviceLostException.class);
    }
  }

  @Test
  void run_interrupted_confinesItAndRestoresTheFlag() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              if (instances.contains(BAD)) {
                throw new InterruptedException();
              }
            });
    run(predictor, batch(1, BAD));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failureOf(1)).hasCauseInstanceOf(InterruptedException.class);
    assertOthersAnswered(1);
  }

  @Test
  void run_cancelledMeanwhile_isNotTriedAgain() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              requests.get(0).cancel(true);
              failOn(instances, Set.of(BAD));
            });
    run(predictor, batch(1, 2, BAD));
    assertThat(predictor.batches.stream().skip(1)).noneMatch(batch -> batch.contains(1));
    assertOthersAnswered(0, 2);
  }

  @Test
  void run_predictorChangesItsListLater_doesNotMatter() {
    List<Integer> reused = new ArrayList<>();
    run(
        (instances, parameters) -> {
          reused.clear();
          reused.addAll(instances);
          return reused;
        },
        new Batch<>(slice(1, 2)));
    reused.clear();
    assertThat(requests.get(0)).isCompletedWithValue(List.of(1, 2));
  }

  private static void failOn(List<Integer> instances, Set<Integer> culprits) {
    if (instances.stream().anyMatch(culprits::contains)) {
      throw new IllegalStateException("on purpose");
    }
  }

  private static void refuseBad(List<Integer> instances) {
    int index = instances.indexOf(BAD);
    if (index >= 0) {
      throw InvalidInputException.at(index, "thirteen is not wanted");
    }
  }

  private static void exhaust(List<Integer> instances, int capacity) {
    if (instances.size() > capacity) {
      throw new OutOfMemoryException("full", new IllegalStateException());
    }
  }

  private static BatchRunner<Integer, Integer> run(
      Predictor<Integer, Integer> predictor, Batch<Integer, Integer> batch) {
    BatchRunner<Integer, Integer> runner =
        new BatchRunner<>(predictor, 32, BatchListener.NONE, () -> 0);
    runner.run(batch).run();
    return runner;
  }

  /** A batch of requests with one instance each. */
  private Batch<Integer, Integer> batch(Integer... instances) {
    Batch<Integer, Integer> batch = new Batch<>(slice(instances[0]));
    Arrays.stream(instances).skip(1).forEach(instance -> batch.add(slice(instance)));
    return batch;
  }

  private Pending<Integer, Integer> slice(Integer... instances) {
    Submission<Integer, Integer> request =
        Submissions.of(Parameters.absent(), Deadlines.NEVER, Arrays.asList(instances));
    requests.add(request);
    return Pending.of(request, 0);
  }

  private Throwable failureOf(int request) {
    assertThat(requests.get(request)).isCompletedExceptionally();
    return catchThrowable(() -> requests.get(request).join()).getCause();
  }

  private void assertInvalidAt(int request, int index) {
    assertThat(failureOf(request))
        .isInstanceOfSatisfying(
            InvalidInputException.class, e -> assertThat(e.index()).isEqualTo(index));
  }

  private void assertOthersAnswered(int... culprits) {
    for (int i = 0; i < requests.size(); i++) {
      int request = i;
      if (Arrays.stream(culprits).noneMatch(culprit -> culprit == request)) {
        Submission<Integer, Integer> promise = requests.get(i);
        assertThat(promise)
            .isCompletedWithValue(promise.instances().stream().map(each -> each * 10).toList());
      }
    }
  }
}
