package io.github.vertexj.batch;

import java.util.ArrayList;
import java.util.List;

/**
 * The requests under way and when the next of their deadlines may pass.
 *
 * <p>Adding and removing cost a few array accesses; the requests are looked through only when
 * {@link #next} has come. Time is an argument. Not thread-safe: guarded by the batcher's lock.
 */
final class Deadlines<I, P> {
  /** The time that does not come. */
  static final long NEVER = Long.MAX_VALUE;

  /** The slot of a submission that is not in here. */
  static final int ABSENT = -1;

  private final ArrayList<Submission<I, P>> underWay = new ArrayList<>();
  private long next = NEVER;

  /** Whether a time comes before another, on a clock that may overflow. */
  static boolean before(long time, long other) {
    return time != NEVER && (other == NEVER || time - other < 0);
  }

  void add(Submission<I, P> submission) {
    submission.slot = underWay.size();
    underWay.add(submission);
    next = earlier(submission.deadline, next);
  }

  /** Removes a submission if it is in here; the last one takes its slot. */
  void remove(Submission<I, P> submission) {
    int slot = submission.slot;
    if (slot != ABSENT) {
      submission.slot = ABSENT;
      Submission<I, P> last = underWay.remove(underWay.size() - 1);
      if (last != submission) {
        underWay.set(slot, last);
        last.slot = slot;
      }
    }
  }

  /** No deadline passes before this time. */
  long next() {
    return next;
  }

  /** Removes and returns the submissions whose deadline has passed, marked as expired. */
  List<Submission<I, P>> expire(long now) {
    if (before(now, next) || next == NEVER) {
      return List.of();
    }
    List<Submission<I, P>> expired = new ArrayList<>();
    next = NEVER;
    for (Submission<I, P> submission : underWay) {
      if (submission.deadline == NEVER || before(now, submission.deadline)) {
        next = earlier(submission.deadline, next);
      } else {
        expired.add(submission);
      }
    }
    expired.forEach(Submission::expire);
    expired.forEach(this::remove);
    return expired;
  }

  /** Removes and returns all submissions. */
  List<Submission<I, P>> clear() {
    List<Submission<I, P>> all = new ArrayList<>(underWay);
    all.forEach(this::remove);
    next = NEVER;
    return all;
  }

  /** The earlier one of two times. */
  static long earlier(long time, long other) {
    return before(time, other) ? time : other;
  }
}
