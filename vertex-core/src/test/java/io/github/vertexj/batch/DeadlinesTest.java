package io.github.vertexj.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
  private final Deadlines<Integer, Integer> deadlines = new Deadlines<>();

  @Test
  void expire_passedDeadlines_areRemovedAndOver() {
    Submission<Integer, Integer> early = added(10);
    Submission<Integer, Integer> late = added(30);
    Submission<Integer, Integer> middle = added(20);
    assertThat(deadlines.expire(9)).isEmpty();
    assertThat(deadlines.expire(20)).containsExactly(early, middle);
    assertThat(early.over()).isTrue();
    assertThat(late.over()).isFalse();
    assertThat(deadlines.expire(20)).isEmpty();
    assertThat(deadlines.expire(30)).containsExactly(late);
  }

  @Test
  void next_isTheEarliestUntilItComes() {
    assertThat(deadlines.next()).isEqualTo(Deadlines.NEVER);
    added(30);
    Submission<Integer, Integer> early = added(10);
    assertThat(deadlines.next()).isEqualTo(10);
    deadlines.remove(early);
    assertThat(deadlines.next()).as("looked through lazily").isEqualTo(10);
    assertThat(deadlines.expire(10)).isEmpty();
    assertThat(deadlines.next()).isEqualTo(30);
  }

  @Test
  void remove_anyOrder_leavesTheOthers() {
    Submission<Integer, Integer> first = added(1);
    Submission<Integer, Integer> second = added(2);
    Submission<Integer, Integer> third = added(3);
    deadlines.remove(first);
    deadlines.remove(first);
    deadlines.remove(third);
    assertThat(deadlines.clear()).containsExactly(second);
    assertThat(deadlines.clear()).isEmpty();
  }

  @Test
  void expire_noDeadline_neverComes() {
    added(Deadlines.NEVER);
    assertThat(deadlines.next()).isEqualTo(Deadlines.NEVER);
    assertThat(deadlines.expire(Long.MAX_VALUE - 1)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5, Long.MIN_VALUE, Long.MAX_VALUE - 5})
  void before_anyOrigin_countsAcrossTheOverflow(long origin) {
    assertThat(Deadlines.before(origin, origin + 10)).isTrue();
    assertThat(Deadlines.before(origin + 10, origin)).isFalse();
    assertThat(Deadlines.before(origin, origin)).isFalse();
    assertThat(Deadlines.before(origin, Deadlines.NEVER)).isTrue();
    assertThat(Deadlines.before(Deadlines.NEVER, origin)).isFalse();
  }

  private Submission<Integer, Integer> added(long deadline) {
    Submission<Integer, Integer> submission = Submissions.dueAt(deadline);
    deadlines.add(submission);
    return submission;
  }
}
