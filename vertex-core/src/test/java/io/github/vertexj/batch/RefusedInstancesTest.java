package io.github.vertexj.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C5.22: where a request is separable, a refused instance leaves the others their predictions. */
class RefusedInstancesTest {
  private static final int BAD = 13;
  private final List<Submission<Integer, Integer>> requests = new ArrayList<>();
  private final List<Map<Integer, String>> refusals = new ArrayList<>();

  @Test
  void run_named_costsOneCallAndNobodyElseIsHarmed() {
    TimesTen predictor = new TimesTen(RefusedInstancesTest::refuseNamed);
    separable(1, 2);
    separable(3, BAD, 5);
    separable(6);
    run(predictor);
    assertAnswered(0, 10, 20);
    assertAnswered(1, 30, null, 50);
    assertAnswered(2, 60);
    assertThat(refusals.get(1)).containsExactly(Map.entry(1, "thirteen is not wanted"));
    assertThat(predictor.batches)
        .containsExactly(List.of(1, 2, 3, BAD, 5, 6), List.of(1, 2, 3, 5, 6));
  }

  @Test
  void run_parametersRefused_failsEveryRequestInOneCall() {
    InvalidInputException refusal = InvalidInputException.inParameters("$.parameters.k: no");
    TimesTen predictor =
        new TimesTen(
            instances -> {
              throw refusal;
            });
    separable(1, 2, 3);
    separable(4);
    run(predictor);
    for (Submission<Integer, Integer> request : requests) {
      assertThat(request).isCompletedExceptionally();
      assertThat(request.handle((done, failure) -> failure).join()).isSameAs(refusal);
    }
    assertThat(refusals).allMatch(Map::isEmpty);
    assertThat(predictor.batches).containsExactly(List.of(1, 2, 3, 4));
  }

  @Test
  void run_everyInstanceNamed_eachIsRefused() {
    TimesTen predictor = new TimesTen(RefusedInstancesTest::refuseNamed);
    separable(BAD, BAD, BAD);
    separable(BAD);
    run(predictor);
    assertAnswered(0, null, null, null);
    assertAnswered(1, (Integer) null);
    assertThat(refusals.get(0)).containsOnlyKeys(0, 1, 2);
    assertThat(predictor.batches).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 9})
  void run_anyCulpritsUnnamed_areFoundWithBoundedEffort(int size) {
    for (int culprits = 0; culprits < 1 << size; culprits++) {
      Integer[] instances = instances(size, culprits);
      TimesTen predictor = new TimesTen(RefusedInstancesTest::refuseUnnamed);
      forget();
      separable(instances);
      run(predictor);
      assertRefused(0, instances);
      assertEffort(predictor, size);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void run_culpritsOfTwoRequestsUnnamed_areFoundWithBoundedEffort(int cut) {
    for (int culprits = 0; culprits < 1 << 8; culprits++) {
      Integer[] instances = instances(8, culprits);
      TimesTen predictor = new TimesTen(RefusedInstancesTest::refuseUnnamed);
      forget();
      separable(Arrays.copyOfRange(instances, 0, cut));
      separable(Arrays.copyOfRange(instances, cut, 8));
      run(predictor);
      assertRefused(0, Arrays.copyOfRange(instances, 0, cut));
      assertRefused(1, Arrays.copyOfRange(instances, cut, 8));
      assertEffort(predictor, 8);
    }
  }

  @Test
  void run_oneCulpritUnnamed_isFoundByHalves() {
    TimesTen predictor = new TimesTen(RefusedInstancesTest::refuseUnnamed);
    separable(instances(64, 0x400));
    run(predictor);
    assertRefused(0, instances(64, 0x400));
    assertThat(predictor.batches).hasSize(1 + 2 * 6);
  }

  @Test
  void run_unnamedBesideARequestThatFailsAsAWhole_bothGetTheirOwn() {
    TimesTen predictor = new TimesTen(RefusedInstancesTest::refuseUnnamed);
    Submission<Integer, Integer> whole = Submissions.of(4, BAD);
    requests.add(whole);
    refusals.add(Map.of());
    separable(1, BAD, 3);
    run(predictor);
    assertThat(whole).isCompletedExceptionally();
    assertAnswered(1, 10, null, 30);
  }

  @Test
  void run_anotherFailureMeanwhile_failsTheWholeRequest() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              refuseUnnamed(instances);
              throw new IllegalStateException("on purpose");
            });
    separable(1, 2, BAD, 4);
    run(predictor);
    assertThat(requests.get(0))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(PredictorFailedException.class);
  }

  @Test
  void run_outOfMemoryMeanwhile_isRunInPartsThatFit() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              if (instances.size() > 3) {
                throw new OutOfMemoryException("full", new IllegalStateException());
              }
              refuseUnnamed(instances);
            });
    separable(1, 2, BAD, 4, 5, 6, BAD);
    run(predictor);
    assertAnswered(0, 10, 20, null, 40, 50, 60, null);
  }

  @Test
  void run_cancelledMeanwhile_isNotTriedAgain() {
    TimesTen predictor =
        new TimesTen(
            instances -> {
              requests.get(0).cancel(true);
              refuseUnnamed(instances);
            });
    separable(1, BAD, 3, 4);
    run(predictor);
    assertThat(predictor.batches).hasSize(1);
  }

  @Test
  void submit_largeRequestOverManyWorkers_indexesCountInTheRequest() throws Exception {
    List<TimesTen> predictors =
        IntStream.range(0, 3)
            .mapToObj(worker -> new TimesTen(RefusedInstancesTest::refuseUnnamed))
            .toList();
    Integer[] instances = instances(1000, 0);
    for (int culprit : new int[] {0, 7, 8, 500, 501, 999}) {
      instances[culprit] = BAD;
    }
    Map<Integer, String> refused = new ConcurrentHashMap<>();
    try (MicroBatcher<Integer, Integer> batcher =
        new MicroBatcher<>(
            predictors,
            BatchPolicy.DEFAULT.maxBatchSize(8),
            (first, second) -> true,
            BatchListener.NONE)) {
      List<Integer> predictions =
          batcher
              .submit(
                  Arrays.asList(instances),
                  Parameters.absent(),
                  Long.MAX_VALUE,
                  true,
                  () -> {},
                  refusal -> refused.put(refusal.index(), String.valueOf(refusal.getMessage())),
                  promise -> {})
              .get(30, TimeUnit.SECONDS);
      assertThat(refused).containsOnlyKeys(0, 7, 8, 500, 501, 999);
      assertThat(predictions).isEqualTo(expected(instances));
    }
  }

  private static void refuseNamed(List<Integer> instances) {
    int index = instances.indexOf(BAD);
    if (index >= 0) {
      throw InvalidInputException.at(index, "thirteen is not wanted");
    }
  }

  private static void refuseUnnamed(List<Integer> instances) {
    if (instances.contains(BAD)) {
      throw new InvalidInputException("thirteen is not wanted");
    }
  }

  /** Instances that count from 100, those whose bit is set being bad. */
  private static Integer[] instances(int size, int culprits) {
    return IntStream.range(0, size)
        .mapToObj(index -> index < 31 && (culprits >> index & 1) == 1 ? BAD : 100 + index)
        .toArray(Integer[]::new);
  }

  private void forget() {
    requests.clear();
    refusals.clear();
  }

  private void separable(Integer... instances) {
    Map<Integer, String> refused = new TreeMap<>();
    Submission<Integer, Integer> request =
        Submissions.separable(
            refusal -> refused.put(refusal.index(), String.valueOf(refusal.getMessage())),
            instances);
    requests.add(request);
    refusals.add(refused);
  }

  /** Runs all requests in one batch. */
  private void run(TimesTen predictor) {
    Batch<Integer, Integer> batch = new Batch<>(Pending.of(requests.get(0), 0));
    requests.stream().skip(1).forEach(request -> batch.add(Pending.of(request, 0)));
    new BatchRunner<>(predictor, 64, BatchListener.NONE, () -> 0).run(batch).run();
  }

  private void assertAnswered(int request, Integer... predictions) {
    assertThat(requests.get(request)).isCompletedWithValue(Arrays.asList(predictions));
  }

  /** Asserts that exactly the bad instances are refused, and the others predicted. */
  private void assertRefused(int request, Integer[] instances) {
    assertThat(requests.get(request)).isCompletedWithValue(expected(instances));
    assertThat(refusals.get(request))
        .containsOnlyKeys(
            IntStream.range(0, instances.length)
                .filter(index -> instances[index] == BAD)
                .boxed()
                .toArray(Integer[]::new));
  }

  private static List<Integer> expected(Integer[] instances) {
    return Arrays.asList(
        Arrays.stream(instances)
            .map(instance -> instance == BAD ? null : Integer.valueOf(instance * 10))
            .toArray(Integer[]::new));
  }

  private static void assertEffort(TimesTen predictor, int size) {
    int halvings = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
    assertThat(predictor.batches).hasSizeLessThanOrEqualTo(2 * size - 1);
    assertThat(predictor.batches.stream().mapToInt(List::size).sum())
        .isLessThanOrEqualTo(size * (halvings + 1));
  }
}
