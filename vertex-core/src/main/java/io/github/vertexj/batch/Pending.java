package io.github.vertexj.batch;

import io.github.vertexj.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A waiting slice of a request, and still its name while a predictor works on it.
 *
 * <p>Used by one thread at a time; answered or dropped once, whatever is tried after that.
 */
final class Pending<I, P> {
  private final Submission<I, P> submission;
  private final long since;
  private final int to;
  private int from;
  private boolean over;

  private Pending(Submission<I, P> submission, long since, int from, int to) {
    this.submission = submission;
    this.since = since;
    this.from = from;
    this.to = to;
  }

  /** Returns the slice that is all of a request, waiting since a time. */
  static <I, P> Pending<I, P> of(Submission<I, P> submission, long since) {
    return new Pending<>(submission, since, 0, submission.instances().size());
  }

  Submission<I, P> submission() {
    return submission;
  }

  long since() {
    return since;
  }

  int size() {
    return to - from;
  }

  I instance(int index) {
    return submission.instances().get(from + index);
  }

  List<I> instances() {
    List<I> all = submission.instances();
    return size() == all.size() ? all : all.subList(from, to);
  }

  /** Parts with the first {@code count} instances; with all of them it is this slice itself. */
  Pending<I, P> take(int count) {
    if (count == size()) {
      return this;
    }
    submission.split();
    Pending<I, P> taken = new Pending<>(submission, since, from, from + count);
    from += count;
    return taken;
  }

  /** Answers with {@code all[at]} and those that follow. */
  void succeed(@Nullable Object[] all, int at) {
    if (!over) {
      submission.predicted(from, size(), all, at);
      drop();
    }
  }

  /** Fails the whole request. */
  void fail(Throwable failure) {
    if (!over) {
      submission.fail(failure);
      drop();
    }
  }

  /**
   * Refuses the instance at {@code index}, and with it the whole request unless that is separable.
   *
   * @return what is left to predict: the instances before and behind
   */
  List<Pending<I, P>> refuse(int index, InvalidInputException refusal) {
    List<Pending<I, P>> rest = new ArrayList<>();
    Pending<I, P> refused = this;
    int inRequest = from + index;
    if (submission.separable()) {
      if (index > 0) {
        rest.add(take(index));
      }
      refused = take(1);
      if (refused != this) {
        rest.add(this);
      }
    }
    refused.refuse(
        inRequest == refusal.index()
            ? refusal
            : InvalidInputException.at(inRequest, String.valueOf(refusal.getMessage())));
    return rest;
  }

  private void refuse(InvalidInputException refusal) {
    if (!over) {
      submission.refused(refusal);
      drop();
    }
  }

  /** Gives up: this slice will not reach a predictor any more. */
  void drop() {
    if (!over) {
      over = true;
      submission.release();
    }
  }
}
