package io.github.vertexj.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.Parameters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

/** Tests on a clock moved by hand; one unit of time is a nanosecond. */
class BatchQueueTest {
  private static final BatchPolicy POLICY = new BatchPolicy(4, Duration.ZERO, 10);
  private static final BatchPolicy HOLDING = POLICY.maxBatchDelay(Duration.ofNanos(100));
  private static final BiPredicate<Integer, Integer> SAME_HUNDRED = (a, b) -> a / 100 == b / 100;

  private final List<Pending<Integer, Integer>> dropped = new ArrayList<>();

  @Test
  void next_smallRequests_areMerged() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    offer(queue, 1);
    offer(queue, 2, 3);
    assertThat(instances(queue)).containsExactly(1, 2, 3);
    assertThat(queue.next(4)).isNull();
  }

  @Test
  void next_fullBatch_takesPartOfARequest() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    offer(queue, 1, 2, 3);
    offer(queue, 4, 5, 6);
    assertThat(instances(queue)).containsExactly(1, 2, 3, 4);
    assertThat(instances(queue)).containsExactly(5, 6);
  }

  @Test
  void next_smallerLimit_isKept() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    offer(queue, 1, 2, 3);
    assertThat(queue.next(2)).extracting(Batch::instances).isEqualTo(List.of(1, 2));
    assertThat(queue.instances()).isEqualTo(1);
  }

  @Test
  void next_largeRequest_takesTurnsWithTheOthers() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    offer(queue, 1, 2, 3, 4, 5, 6);
    offer(queue, 7, 8);
    assertThat(instances(queue)).containsExactly(1, 2, 3, 4);
    assertThat(instances(queue)).containsExactly(7, 8, 5, 6);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void next_otherParameters_waitForTheirOwnBatchButNotLonger() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    offer(queue, 1);
    queue.offer(Pending.of(Submissions.of(Submissions.ODD, Deadlines.NEVER, List.of(2)), 0));
    offer(queue, 3);
    assertThat(instances(queue)).containsExactly(1, 3);
    offer(queue, 4);
    Batch<Integer, Integer> odd = queue.next(4);
    assertThat(odd).isNotNull();
    assertThat(odd.instances()).containsExactly(2);
    assertThat(odd.parameters()).isEqualTo(Submissions.ODD);
    assertThat(instances(queue)).containsExactly(4);
  }

  @Test
  void next_equalParameters_shareABatch() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    for (int i = 0; i < 2; i++) {
      Parameters parameters = Parameters.of(Submissions.ODD.json().deepCopy());
      queue.offer(Pending.of(Submissions.of(parameters, Deadlines.NEVER, List.of(i)), 0));
    }
    assertThat(instances(queue)).containsExactly(0, 1);
  }

  @Test
  void next_otherShape_startsAnotherBatch() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    offer(queue, 101, 102, 201, 103);
    offer(queue, 104);
    offer(queue, 202);
    assertThat(instances(queue)).containsExactly(101, 102, 104);
    assertThat(instances(queue)).containsExactly(202, 201);
    assertThat(instances(queue)).containsExactly(103);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void next_stackableThrows_batchesOfOne() {
    BatchQueue<Integer, Integer> queue =
        new BatchQueue<>(
            POLICY,
            (a, b) -> {
              throw new IllegalStateException("no shape");
            },
            dropped::add);
    offer(queue, 1, 2);
    assertThat(instances(queue)).containsExactly(1);
    assertThat(instances(queue)).containsExactly(2);
  }

  @Test
  void next_cancelled_isDroppedAtAnyPlace() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    Pending<Integer, Integer> first = offer(queue, 1);
    offer(queue, 2);
    Pending<Integer, Integer> third = offer(queue, 3);
    offer(queue, 4);
    first.submission().cancel(false);
    third.submission().cancel(false);
    assertThat(instances(queue)).containsExactly(2, 4);
    assertThat(dropped).containsExactly(first, third);
    assertThat(queue.instances()).isZero();
  }

  @Test
  void next_allCancelled_isNull() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    offer(queue, 1).submission().cancel(false);
    assertThat(queue.next(4)).isNull();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void dropOver_expiredAndCancelled_makesRoom() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    offer(queue, 1);
    offer(queue, 2, 3, 4, 5, 6, 7, 8, 9).submission().expire();
    assertThat(tryOffer(queue, 2)).isFalse();
    queue.dropOver();
    assertThat(dropped).hasSize(1);
    assertThat(tryOffer(queue, 2)).isTrue();
  }

  @Test
  void offer_noRoomForAll_isRefusedWhole() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    assertThat(tryOffer(queue, 6)).isTrue();
    assertThat(tryOffer(queue, 5)).isFalse();
    assertThat(queue.instances()).isEqualTo(6);
    assertThat(tryOffer(queue, 4)).isTrue();
    assertThat(tryOffer(queue, 1)).isFalse();
    assertThat(queue.requests()).isEqualTo(2);
  }

  @Test
  void offer_largerThanTheQueue_findsRoomIfEmptyAndLeavesHalf() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    assertThat(tryOffer(queue, 100)).isTrue();
    assertThat(tryOffer(queue, 100)).isFalse();
    assertThat(tryOffer(queue, 5)).isTrue();
    assertThat(tryOffer(queue, 1)).isFalse();
    assertThat(queue.instances()).isEqualTo(105);
  }

  @Test
  void offer_afterEverythingLeft_hasAllItsRoomAgain() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    tryOffer(queue, 37);
    tryOffer(queue, 5);
    while (queue.next(4) != null) {
      assertThat(queue.instances()).isLessThan(42);
    }
    assertThat(queue.instances()).isZero();
    assertThat(tryOffer(queue, 1)).isTrue();
    assertThat(tryOffer(queue, 9)).isTrue();
    assertThat(tryOffer(queue, 1)).isFalse();
  }

  @Test
  void clear_returnsWhatWaited() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    Pending<Integer, Integer> first = offer(queue, 1);
    Pending<Integer, Integer> second = offer(queue, 2);
    assertThat(queue.clear()).containsExactly(first, second);
    assertThat(queue.instances()).isZero();
    assertThat(first.submission().waiting).isFalse();
  }

  @Test
  void ready_noDelay_atOnce() {
    BatchQueue<Integer, Integer> queue = queue(POLICY);
    assertThat(queue.ready(0)).isFalse();
    queue.arrival();
    offer(queue, 1);
    assertThat(queue.ready(0)).isTrue();
  }

  @Test
  void ready_nobodyOnTheWay_atOnce() {
    BatchQueue<Integer, Integer> queue = queue(HOLDING);
    offer(queue, 1);
    assertThat(queue.ready(0)).isTrue();
  }

  @Test
  void ready_anotherOnTheWay_afterTheDelay() {
    BatchQueue<Integer, Integer> queue = queue(HOLDING);
    queue.arrival();
    offer(queue, 1);
    assertThat(queue.ready(99)).isFalse();
    assertThat(queue.readyAt()).isEqualTo(100);
    assertThat(queue.ready(100)).isTrue();
  }

  @Test
  void ready_theOtherIsGone_atOnce() {
    BatchQueue<Integer, Integer> queue = queue(HOLDING);
    queue.arrival();
    queue.arrival();
    offer(queue, 1);
    queue.arrivalOver();
    assertThat(queue.ready(0)).isFalse();
    queue.arrivalOver();
    assertThat(queue.ready(0)).isTrue();
  }

  @Test
  void ready_batchFull_atOnce() {
    BatchQueue<Integer, Integer> queue = queue(HOLDING);
    queue.arrival();
    offer(queue, 1, 2, 3);
    assertThat(queue.ready(0)).isFalse();
    offer(queue, 4);
    assertThat(queue.ready(0)).isTrue();
  }

  @Test
  void ready_noMoreArrivals_atOnce() {
    BatchQueue<Integer, Integer> queue = queue(HOLDING);
    queue.arrival();
    offer(queue, 1);
    queue.noMoreArrivals();
    assertThat(queue.ready(0)).isTrue();
  }

  private BatchQueue<Integer, Integer> queue(BatchPolicy policy) {
    return new BatchQueue<>(policy, SAME_HUNDRED, dropped::add);
  }

  private static Pending<Integer, Integer> offer(
      BatchQueue<Integer, Integer> queue, Integer... instances) {
    Pending<Integer, Integer> slice = Pending.of(Submissions.of(instances), 0);
    assertThat(queue.offer(slice)).isTrue();
    return slice;
  }

  private static boolean tryOffer(BatchQueue<Integer, Integer> queue, int size) {
    return queue.offer(Pending.of(Submissions.ofSize(size), 0));
  }

  private static List<Integer> instances(BatchQueue<Integer, Integer> queue) {
    Batch<Integer, Integer> batch = queue.next(4);
    assertThat(batch).isNotNull();
    return batch.instances();
  }
}
