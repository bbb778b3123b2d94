package io.github.vertexj.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.BatchPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private final Ledger<Integer, Integer> ledger =
      new Ledger<>(new BatchPolicy(4, Duration.ZERO, 10), (a, b) -> true);

  @Test
  void settle_requestDone_isForgotten() {
    accept(3);
    ledger.settle(next());
    assertThat(ledger.deadlines.clear()).isEmpty();
  }

  @Test
  void settle_moreWaits_isKept() {
    Submission<Integer, Integer> large = accept(6);
    ledger.settle(next());
    assertThat(ledger.queue.instances()).isEqualTo(2);
    ledger.settle(next());
    assertThat(large.waiting).isFalse();
    assertThat(ledger.deadlines.clear()).isEmpty();
  }

  @Test
  void settle_moreRuns_isKept() {
    Submission<Integer, Integer> large = accept(6);
    Batch<Integer, Integer> first = next();
    Batch<Integer, Integer> second = next();
    ledger.settle(second);
    assertThat(large.running).isEqualTo(1);
    assertThat(large.slot).isNotEqualTo(Deadlines.ABSENT);
    ledger.settle(first);
    assertThat(large.slot).isEqualTo(Deadlines.ABSENT);
  }

  @Test
  void settle_sliceFailed_dropsTheRest() {
    Submission<Integer, Integer> large = accept(6);
    Batch<Integer, Integer> first = next();
    first.fail(new IllegalStateException("on purpose"));
    ledger.settle(first);
    assertThat(ledger.queue.isEmpty()).isTrue();
    assertThat(ledger.deadlines.clear()).isEmpty();
    assertThat(large).isCompletedExceptionally();
    assertThat(ledger.takeCalls()).as("the rest's instances are unused").hasSize(1);
  }

  @Test
  void expire_waiting_leavesTheQueueAndFails() {
    Submission<Integer, Integer> submission = Submissions.dueAt(5);
    ledger.accept(Pending.of(submission, 0));
    ledger.expire(4);
    assertThat(ledger.owesCalls()).isFalse();
    ledger.expire(5);
    assertThat(ledger.queue.isEmpty()).isTrue();
    assertThat(submission).as("not under the lock").isNotDone();
    ledger.takeCalls().forEach(Runnable::run);
    assertThat(submission).isCompletedExceptionally();
    assertThat(ledger.owesCalls()).isFalse();
  }

  @Test
  void failAll_runningAndWaiting_areForgotten() {
    Submission<Integer, Integer> running = accept(4);
    Batch<Integer, Integer> batch = next();
    Submission<Integer, Integer> waiting = accept(1);
    ledger.failAll(new BatcherClosedException("on purpose"));
    ledger.takeCalls().forEach(Runnable::run);
    assertThat(running).isCompletedExceptionally();
    assertThat(waiting).isCompletedExceptionally();
    ledger.settle(batch);
    assertThat(ledger.owesCalls()).isFalse();
  }

  private Submission<Integer, Integer> accept(int size) {
    Submission<Integer, Integer> submission = Submissions.ofSize(size);
    assertThat(ledger.accept(Pending.of(submission, 0))).isTrue();
    return submission;
  }

  private Batch<Integer, Integer> next() {
    @Nullable Batch<Integer, Integer> batch = ledger.queue.next(4);
    assertThat(batch).isNotNull();
    return batch;
  }
}
