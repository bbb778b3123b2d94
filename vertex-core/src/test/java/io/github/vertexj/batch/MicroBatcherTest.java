package io.github.vertexj.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.OverloadedException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MicroBatcherTest {
  private static final BatchPolicy POLICY = new BatchPolicy(4, Duration.ZERO, 10);

  /** Shorter than a batch is held, or a test could not see that one was held in vain. */
  private static final Duration LONGEST_WAIT = BatchPolicy.LONGEST_DELAY.dividedBy(2);

  private final ExecutorService clients = Executors.newCachedThreadPool();
  private final AtomicInteger unused = new AtomicInteger();
  private final TimesTen predictor = new TimesTen();
  private final List<MicroBatcher<Integer, Integer>> batchers = new ArrayList<>();

  @AfterEach
  void closeAll() {
    predictor.release();
    batchers.forEach(MicroBatcher::close);
    clients.shutdownNow();
    assertThat(predictor.misuses).hasValue(0);
  }

  @Test
  void construct_noPredictors_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> batcher(POLICY, List.of()));
  }

  @Test
  void submit_predictorFree_runsOnTheCallingThread() {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    for (int i = 0; i < 3; i++) {
      CompletableFuture<List<Integer>> promise = submit(batcher, 1, 2);
      assertThat(promise).isCompletedWithValue(List.of(10, 20));
      assertThat(unused).hasValue(i + 1);
    }
    assertThat(predictor.threads).containsOnly(Thread.currentThread());
  }

  @Test
  void submit_spread_largeRequestIsSharedOutAmongFreePredictors() throws Exception {
    CyclicBarrier allAtWork = new CyclicBarrier(4);
    List<TimesTen> four =
        IntStream.range(0, 4)
            .mapToObj(i -> new TimesTen(batch -> allAtWork.await(30, TimeUnit.SECONDS)))
            .toList();
    BatchPolicy spread = new BatchPolicy(32, Duration.ZERO, 100).spread(true);
    MicroBatcher<Integer, Integer> batcher = batcher(spread, four);
    assertThat(submit(batcher, 1, 2, 3, 4, 5, 6).get(30, TimeUnit.SECONDS))
        .containsExactly(10, 20, 30, 40, 50, 60);
    assertThat(four)
        .extracting(predictor -> predictor.batches.get(0).size())
        .containsExactlyInAnyOrder(2, 2, 1, 1);
  }

  @Test
  void submit_notSpread_largeRequestFillsABatch() {
    TimesTen other = new TimesTen();
    MicroBatcher<Integer, Integer> batcher =
        batcher(new BatchPolicy(32, Duration.ZERO, 100), List.of(predictor, other));
    assertThat(submit(batcher, 1, 2, 3, 4)).isCompletedWithValue(List.of(10, 20, 30, 40));
    assertThat(predictor.batches.size() + other.batches.size()).isEqualTo(1);
  }

  @Test
  void submit_spreadAndOnlyOneFree_fillsItsBatch() throws Exception {
    TimesTen other = new TimesTen();
    BatchPolicy spread = new BatchPolicy(32, Duration.ZERO, 100).spread(true);
    MicroBatcher<Integer, Integer> batcher = batcher(spread, List.of(predictor, other));
    CompletableFuture<?> blocked =
        CompletableFuture.runAsync(() -> submit(batcher, TimesTen.BLOCK), clients);
    while (predictor.batches.isEmpty() && other.batches.isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(submit(batcher, 1, 2, 3, 4)).isCompletedWithValue(List.of(10, 20, 30, 40));
    assertThat(predictor.batches.size() + other.batches.size()).isEqualTo(2);
    predictor.release();
    other.release();
    blocked.join();
  }

  @Test
  void submit_mayNotRunHere_returnsWhileThePredictorsOwnThreadRunsIt() throws Exception {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    CompletableFuture<List<Integer>> promise =
        batcher.submit(
            List.of(TimesTen.BLOCK, 2),
            Parameters.absent(),
            Long.MAX_VALUE,
            false,
            unused::incrementAndGet,
            null,
            prepared -> {});
    predictor.awaitBlocked();
    predictor.release();
    assertThat(promise.get(30, TimeUnit.SECONDS)).hasSize(2);
    assertThat(predictor.threads).doesNotContain(Thread.currentThread());
  }

  @Test
  void submit_largeRequest_isSlicedOnTheCallingThreadAndRejoined() {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    Integer[] instances = IntStream.range(0, 11).boxed().toArray(Integer[]::new);
    CompletableFuture<List<Integer>> promise = submit(batcher, instances);
    assertThat(promise).isCompletedWithValue(IntStream.range(0, 11).mapToObj(i -> 10 * i).toList());
    assertThat(predictor.batches).extracting(List::size).containsExactly(4, 4, 3);
    assertThat(predictor.threads).containsOnly(Thread.currentThread());
    assertThat(unused).hasValue(1);
  }

  @Test
  void submit_largeRequest_usesAllFreePredictors() throws Exception {
    CyclicBarrier together = new CyclicBarrier(3);
    List<TimesTen> predictors =
        IntStream.range(0, 3)
            .mapToObj(i -> new TimesTen(instances -> together.await(30, TimeUnit.SECONDS)))
            .toList();
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictors);
    for (int round = 0; round < 3; round++) {
      assertThat(get(submit(batcher, 1, 2, 3, 4, 5, 6, 7, 8, 9)))
          .containsExactly(10, 20, 30, 40, 50, 60, 70, 80, 90);
    }
    assertThat(predictors).allMatch(each -> each.batches.size() == 3);
  }

  @Test
  void C3_12_submit_noInstances_doesNotBotherThePredictor() {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    assertThat(submit(batcher)).isCompletedWithValue(List.of());
    assertThat(predictor.batches).isEmpty();
    assertThat(unused).hasValue(1);
  }

  @Test
  void submit_nullInstance_isAnInstance() {
    MicroBatcher<Integer, Integer> batcher =
        batcher(POLICY, List.of((instances, parameters) -> new ArrayList<>(instances)));
    assertThat(submit(batcher, 1, null, 2)).isCompletedWithValue(Arrays.asList(1, null, 2));
  }

  @Test
  void submit_predictorBusy_othersAreMergedOnTheWorkersThread() throws Exception {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    CompletableFuture<List<Integer>> blocked = block(batcher);
    CompletableFuture<List<Integer>> first = submit(batcher, 1);
    CompletableFuture<List<Integer>> second = submit(batcher, 2, 3);
    assertThat(first).isNotDone();
    assertThat(batcher.queuedInstances()).isEqualTo(3);
    assertThat(batcher.queuedRequests()).isEqualTo(2);
    predictor.release();
    assertThat(get(first)).containsExactly(10);
    assertThat(get(second)).containsExactly(20, 30);
    assertThat(get(blocked)).containsExactly(-10);
    assertThat(predictor.batches).containsExactly(List.of(-1), List.of(1, 2, 3));
    assertThat(predictor.threads.get(1).getName()).isEqualTo("vertex-batch-0");
    assertThat(batcher.queuedInstances()).isZero();
  }

  @Test
  void submit_onTheCallingThread_passesThePredictorOnBeforeItAnswers() {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    List<List<Integer>> inside = new ArrayList<>();
    batcher.submit(
        List.of(1),
        Parameters.absent(),
        Long.MAX_VALUE,
        true,
        unused::incrementAndGet,
        null,
        promise -> promise.thenRun(() -> inside.add(submit(batcher, 2).getNow(List.of()))));
    assertThat(inside).containsExactly(List.of(20));
    assertThat(predictor.threads).containsOnly(Thread.currentThread());
  }

  @Test
  void submit_afterLoad_runsOnTheCallingThreadAgain() throws Exception {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    CompletableFuture<List<Integer>> blocked = block(batcher);
    CompletableFuture<List<Integer>> waiting = submit(batcher, 1);
    predictor.release();
    get(blocked);
    get(waiting);
    // a promise is done a moment before its predictor is free
    while (!submit(batcher, 2).isDone() || lastThread() != Thread.currentThread()) {
      Thread.onSpinWait();
    }
    assertThat(submit(batcher, 3)).isCompletedWithValue(List.of(30));
  }

  @Test
  void submit_severalPredictors_runAtTheSameTime() throws Exception {
    TimesTen other = new TimesTen();
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, List.of(predictor, other));
    CompletableFuture<List<Integer>> blocked = block(batcher);
    assertThat(submit(batcher, 1)).isCompletedWithValue(List.of(10));
    assertThat(other.threads).containsExactly(Thread.currentThread());
    predictor.release();
    get(blocked);
  }

  @Test
  void submit_tooMuchWaits_isRejectedAtOnce() throws Exception {
    AtomicInteger rejected = new AtomicInteger();
    MicroBatcher<Integer, Integer> batcher =
        watched(
            new BatchListener() {
              @Override
              public void onRejected(int instances) {
                rejected.addAndGet(instances);
              }
            },
            predictor);
    block(batcher);
    submit(batcher, 1, 2, 3, 4, 5, 6);
    CompletableFuture<List<Integer>> promise = submit(batcher, 1, 2, 3, 4, 5);
    assertFailsWith(promise, OverloadedException.class);
    assertThat(unused).hasValue(1);
    assertThat(rejected).hasValue(5);
    assertThat(submit(batcher, 1, 2, 3, 4)).isNotDone();
  }

  @Test
  void cancel_waiting_neverReachesThePredictorAndMakesRoom() throws Exception {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    CompletableFuture<List<Integer>> blocked = block(batcher);
    CompletableFuture<List<Integer>> cancelled = submit(batcher, 1, 2, 3, 4, 5, 6);
    assertThat(cancelled.cancel(true)).isTrue();
    assertThat(unused).hasValue(1);
    assertThat(batcher.queuedInstances()).isZero();
    assertThatExceptionOfType(CancellationException.class).isThrownBy(cancelled::join);
    CompletableFuture<List<Integer>> next = submit(batcher, 7);
    predictor.release();
    assertThat(get(next)).containsExactly(70);
    get(blocked);
    assertThat(predictor.batches).containsExactly(List.of(-1), List.of(7));
  }

  @Test
  void cancel_halfDone_dropsTheRest() throws Exception {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    block(batcher);
    CompletableFuture<List<Integer>> large = submit(batcher, 1, 2, 3, 4, 5, 6);
    CompletableFuture<List<Integer>> cancelling =
        batcher
            .submit(List.of(9), Submissions.ODD, Long.MAX_VALUE, unused::incrementAndGet)
            .whenComplete((predictions, failure) -> large.cancel(true));
    predictor.release();
    get(cancelling);
    awaitIdle(batcher);
    assertThat(predictor.batches).containsExactly(List.of(-1), List.of(1, 2, 3, 4), List.of(9));
    assertThat(unused).hasValue(3);
  }

  @Test
  void deadline_passedBefore_isRefused() {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    CompletableFuture<List<Integer>> promise =
        batcher.submit(
            List.of(1), Parameters.absent(), System.nanoTime() - 1, unused::incrementAndGet);
    assertFailsWith(promise, DeadlineExceededException.class);
    assertThat(unused).hasValue(1);
    assertThat(predictor.batches).isEmpty();
  }

  @Test
  void deadline_predictorHangs_failsInTimeButItsMemoryStays() throws Exception {
    AtomicInteger late = new AtomicInteger();
    MicroBatcher<Integer, Integer> batcher =
        watched(
            new BatchListener() {
              @Override
              public void onDeadlineExceeded(int instances) {
                late.addAndGet(instances);
              }
            },
            predictor);
    CountDownLatch runningUnused = new CountDownLatch(1);
    CountDownLatch waitingUnused = new CountDownLatch(1);
    CompletableFuture<List<Integer>> running = new CompletableFuture<>();
    clients.execute(
        () ->
            batcher.submit(
                List.of(TimesTen.BLOCK),
                Parameters.absent(),
                afterAStall(),
                true,
                runningUnused::countDown,
                null,
                promise -> promise.whenComplete((p, failure) -> fail(running, failure))));
    predictor.awaitBlocked();
    CompletableFuture<List<Integer>> waiting =
        batcher.submit(List.of(1), Parameters.absent(), afterAStall(), waitingUnused::countDown);
    assertFailsWith(waiting, DeadlineExceededException.class);
    assertFailsWith(running, DeadlineExceededException.class);
    assertThat(waitingUnused.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(batcher.queuedInstances()).isZero();
    assertThat(runningUnused.getCount()).isEqualTo(1);
    predictor.release();
    assertThat(runningUnused.await(30, TimeUnit.SECONDS)).isTrue();
    awaitIdle(batcher);
    assertThat(late).hasValue(2);
    assertThat(predictor.batches).containsExactly(List.of(-1));
  }

  @Test
  void deadline_everyPredictorHangs_queueIsBoundedAndMakesRoom() throws Exception {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    block(batcher);
    Integer[] ten = Collections.nCopies(10, 1).toArray(Integer[]::new);
    CompletableFuture<List<Integer>> waiting =
        batcher.submit(List.of(ten), Parameters.absent(), soon(), unused::incrementAndGet);
    assertFailsWith(waiting, DeadlineExceededException.class);
    assertThat(submit(batcher, ten)).isNotDone();
    assertFailsWith(submit(batcher, 2), OverloadedException.class);
  }

  @Test
  void arrival_anotherOnItsWay_isWaitedFor() throws Exception {
    BatchPolicy holding = POLICY.maxBatchDelay(BatchPolicy.LONGEST_DELAY);
    MicroBatcher<Integer, Integer> batcher = batcher(holding, predictor);
    batcher.arrival();
    CompletableFuture<List<Integer>> first = submit(batcher, 1);
    assertThat(first).isNotDone();
    CompletableFuture<List<Integer>> second = submitAnnounced(batcher, 2);
    assertThat(get(first)).containsExactly(10);
    assertThat(get(second)).containsExactly(20);
    assertThat(predictor.batches).containsExactly(List.of(1, 2));
  }

  @Test
  void arrivalOver_theOtherWasRefused_endsTheWait() throws Exception {
    BatchPolicy holding = POLICY.maxBatchDelay(BatchPolicy.LONGEST_DELAY);
    MicroBatcher<Integer, Integer> batcher = batcher(holding, predictor);
    batcher.arrival();
    CompletableFuture<List<Integer>> first = submit(batcher, 1);
    batcher.arrivalOver();
    assertThat(get(first)).containsExactly(10);
  }

  @Test
  void arrival_theOtherIsSlow_isWaitedForNoLongerThanTheDelay() throws Exception {
    BatchPolicy holding = POLICY.maxBatchDelay(Duration.ofMillis(1));
    MicroBatcher<Integer, Integer> batcher = batcher(holding, predictor);
    batcher.arrival();
    assertThat(get(submit(batcher, 1))).containsExactly(10);
  }

  @Test
  void arrival_predictorGetsFreeMeanwhile_isWaitedForNoLongerThanTheDelay() throws Exception {
    BatchPolicy holding = POLICY.maxBatchDelay(Duration.ofMillis(200));
    MicroBatcher<Integer, Integer> batcher = batcher(holding, predictor);
    block(batcher);
    batcher.arrival();
    CompletableFuture<List<Integer>> held = submit(batcher, 1);
    predictor.release();
    assertThat(get(held)).containsExactly(10);
  }

  @Test
  void deviceLost_otherWorker_goesOn() throws Exception {
    List<DeviceLostException> told = new ArrayList<>();
    TimesTen dying = new TimesTen(instances -> die());
    MicroBatcher<Integer, Integer> batcher =
        watched(
            new BatchListener() {
              @Override
              public void onDeviceLost(DeviceLostException failure) {
                told.add(failure);
              }
            },
            dying,
            predictor);
    assertFailsWith(submit(batcher, 1), DeviceLostException.class);
    assertThat(told).hasSize(1);
    assertThat(submit(batcher, 2)).isCompletedWithValue(List.of(20));
    assertThat(dying.batches).hasSize(1);
    batcher.close();
    assertThat(dying.closed).hasValue(1);
  }

  @Test
  void deviceLost_noWorkerLeft_failsAllThatWaitsAndComes() throws Exception {
    TimesTen dying = new TimesTen(instances -> die());
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, List.of(dying));
    CompletableFuture<List<Integer>> running =
        CompletableFuture.supplyAsync(() -> submit(batcher, TimesTen.BLOCK), clients)
            .thenCompose(promise -> promise);
    dying.awaitBlocked();
    CompletableFuture<List<Integer>> waiting = submit(batcher, 1);
    dying.release();
    assertFailsWith(running, DeviceLostException.class);
    assertFailsWith(waiting, DeviceLostException.class);
    assertFailsWith(submit(batcher, 2), DeviceLostException.class);
    assertThat(dying.batches).hasSize(1);
    assertThat(unused).hasValue(3);
  }

  @Test
  void predictor_interruptsItsThread_doesNotMatterToTheNextCall() throws Exception {
    AtomicInteger interrupted = new AtomicInteger();
    TimesTen rude =
        new TimesTen(
            instances -> {
              if (Thread.interrupted()) {
                interrupted.incrementAndGet();
              }
              if (instances.contains(1)) {
                Thread.currentThread().interrupt();
              }
            });
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, rude);
    clients.execute(() -> submit(batcher, TimesTen.BLOCK));
    rude.awaitBlocked();
    CompletableFuture<List<Integer>> first = submit(batcher, 1, 2, 3, 4);
    CompletableFuture<List<Integer>> second = submit(batcher, 5);
    rude.release();
    assertThat(get(first)).containsExactly(10, 20, 30, 40);
    assertThat(get(second)).containsExactly(50);
    assertThat(rude.threads.get(1)).isSameAs(rude.threads.get(2));
    assertThat(interrupted).hasValue(0);
  }

  @Test
  void drain_finishesWhatWasAcceptedAndRefusesMore() throws Exception {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    CompletableFuture<List<Integer>> blocked = block(batcher);
    CompletableFuture<List<Integer>> waiting = submit(batcher, 1);
    CompletableFuture<Void> drained = batcher.drain();
    assertFailsWith(submit(batcher, 2), BatcherClosedException.class);
    assertThat(drained).isNotDone();
    predictor.release();
    drained.get(30, TimeUnit.SECONDS);
    assertThat(get(blocked)).containsExactly(-10); // its own thread has still to return
    assertThat(waiting).isCompletedWithValue(List.of(10));
    assertThat(unused).hasValue(3);
    assertThat(predictor.closed).hasValue(0);
  }

  @Test
  void drain_incompleteBatchIsHeld_runsAtOnce() throws Exception {
    BatchPolicy holding = POLICY.maxBatchDelay(BatchPolicy.LONGEST_DELAY);
    MicroBatcher<Integer, Integer> batcher = batcher(holding, predictor);
    batcher.arrival();
    CompletableFuture<List<Integer>> held = submit(batcher, 1);
    assertThat(held).isNotDone();
    CompletableFuture<Void> drained = batcher.drain();
    assertThat(get(held)).containsExactly(10);
    drained.get(5, TimeUnit.SECONDS);
  }

  @Test
  void drain_nothingUnderWay_isDone() {
    assertThat(batcher(POLICY, predictor).drain()).isCompleted();
  }

  @Test
  void close_idle_closesEveryPredictorOnce() {
    TimesTen other = new TimesTen();
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, List.of(predictor, other));
    assertThat(batcher.close(Duration.ZERO)).isTrue();
    assertThat(batcher.close(Duration.ZERO)).isTrue();
    assertThat(predictor.closed).hasValue(1);
    assertThat(other.closed).hasValue(1);
    assertFailsWith(submit(batcher, 1), BatcherClosedException.class);
  }

  @Test
  void close_predictorHangs_givesUpInTimeAndClosesItLater() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Predictor<Integer, Integer> closing =
        new Predictor<>() {
          @Override
          public List<Integer> predict(List<Integer> instances, Parameters parameters)
              throws Exception {
            return predictor.predict(instances, parameters);
          }

          @Override
          public void close() {
            predictor.close();
            closed.countDown();
          }
        };
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, List.of(closing));
    CompletableFuture<List<Integer>> hanging = block(batcher);
    CompletableFuture<List<Integer>> waiting = submit(batcher, 1);
    assertThat(batcher.close(Duration.ofMillis(1))).isFalse();
    assertFailsWith(waiting, BatcherClosedException.class);
    assertThat(predictor.closed).hasValue(0);
    predictor.release();
    assertFailsWith(hanging, BatcherClosedException.class);
    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(predictor.batches).containsExactly(List.of(-1));
  }

  @Test
  void whenUnused_throws_harmsNobody() {
    MicroBatcher<Integer, Integer> batcher = batcher(POLICY, predictor);
    CompletableFuture<List<Integer>> promise =
        batcher.submit(
            List.of(1),
            Parameters.absent(),
            Long.MAX_VALUE,
            () -> {
              throw new IllegalStateException("on purpose");
            });
    assertThat(promise).isCompletedWithValue(List.of(10));
    assertThat(batcher.drain()).isCompleted();
  }

  @Test
  void listener_throws_harmsNobody() {
    MicroBatcher<Integer, Integer> batcher =
        watched(
            new BatchListener() {
              @Override
              public void onBatch(int instances, long queuedNanos, long runNanos) {
                throw new IllegalStateException("on purpose");
              }
            },
            predictor);
    assertThat(submit(batcher, 1)).isCompletedWithValue(List.of(10));
  }

  @Test
  void listener_seesEveryBatch() {
    List<Integer> sizes = new ArrayList<>();
    MicroBatcher<Integer, Integer> batcher =
        watched(
            new BatchListener() {
              @Override
              public void onBatch(int instances, long queuedNanos, long runNanos) {
                assertThat(queuedNanos).isNotNegative();
                assertThat(runNanos).isNotNegative();
                sizes.add(instances);
              }
            },
            predictor);
    submit(batcher, 1, 2, 3, 4, 5);
    assertThat(sizes).containsExactly(4, 1);
  }

  private static void die() {
    throw new DeviceLostException("gone", new IllegalStateException());
  }

  private static void fail(CompletableFuture<?> promise, @Nullable Throwable failure) {
    promise.completeExceptionally(failure == null ? new AssertionError() : failure);
  }

  private static long soon() {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(30);
  }

  /** Late enough for a predictor to be reached before, also if the machine stalls meanwhile. */
  private static long afterAStall() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
  }

  private Thread lastThread() {
    return predictor.threads.get(predictor.threads.size() - 1);
  }

  private MicroBatcher<Integer, Integer> batcher(
      BatchPolicy policy, Predictor<Integer, Integer> only) {
    return batcher(policy, List.of(only));
  }

  private MicroBatcher<Integer, Integer> batcher(
      BatchPolicy policy, List<? extends Predictor<Integer, Integer>> predictors) {
    MicroBatcher<Integer, Integer> batcher =
        new MicroBatcher<>(predictors, policy, (a, b) -> true, BatchListener.NONE);
    batchers.add(batcher);
    return batcher;
  }

  private MicroBatcher<Integer, Integer> watched(BatchListener listener, TimesTen... predictors) {
    MicroBatcher<Integer, Integer> batcher =
        new MicroBatcher<>(Arrays.asList(predictors), POLICY, (a, b) -> true, listener);
    batchers.add(batcher);
    return batcher;
  }

  private CompletableFuture<List<Integer>> submit(
      MicroBatcher<Integer, Integer> batcher, Integer... instances) {
    return batcher.submit(
        Arrays.asList(instances), Parameters.absent(), Long.MAX_VALUE, unused::incrementAndGet);
  }

  private CompletableFuture<List<Integer>> submitAnnounced(
      MicroBatcher<Integer, Integer> batcher, int instance) {
    return batcher.submit(
        List.of(instance),
        Parameters.absent(),
        Long.MAX_VALUE,
        true,
        unused::incrementAndGet,
        null,
        promise -> {});
  }

  /** Lets another thread submit an instance that keeps the predictor busy. */
  private CompletableFuture<List<Integer>> block(MicroBatcher<Integer, Integer> batcher)
      throws InterruptedException {
    CompletableFuture<List<Integer>> promise =
        CompletableFuture.supplyAsync(() -> submit(batcher, TimesTen.BLOCK), clients)
            .thenCompose(submitted -> submitted);
    predictor.awaitBlocked();
    return promise;
  }

  private static void awaitIdle(MicroBatcher<Integer, Integer> batcher) throws Exception {
    batcher.drain().get(30, TimeUnit.SECONDS);
  }

  private static <T> T get(CompletableFuture<T> promise) throws Exception {
    return promise.get(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
  }

  private static void assertFailsWith(CompletableFuture<?> promise, Class<?> type) {
    ExecutionException failure =
        catchThrowableOfType(ExecutionException.class, () -> promise.get(30, TimeUnit.SECONDS));
    assertThat(failure).isNotNull();
    assertThat(failure.getCause()).isInstanceOf(type);
  }
}
