package io.github.vertexj.batch;

import com.fasterxml.jackson.databind.node.TextNode;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Submissions that belong to no batcher, for tests of the pure parts. */
final class Submissions {
  static final Parameters ODD = Parameters.of(TextNode.valueOf("odd"));

  private Submissions() {}

  static Submission<Integer, Integer> of(Integer... instances) {
    return of(Parameters.absent(), Deadlines.NEVER, Arrays.asList(instances));
  }

  static Submission<Integer, Integer> ofSize(int size) {
    return of(Parameters.absent(), Deadlines.NEVER, IntStream.range(0, size).boxed().toList());
  }

  static Submission<Integer, Integer> dueAt(long deadline) {
    return of(Parameters.absent(), deadline, List.of(0));
  }

  static Submission<Integer, Integer> of(
      Parameters parameters, long deadline, List<Integer> instances) {
    return new Submission<>(new Unowned(), instances, parameters, deadline, () -> {}, null);
  }

  /** A request whose refused instances fail alone. */
  static Submission<Integer, Integer> separable(
      Consumer<InvalidInputException> refusals, Integer... instances) {
    return new Submission<>(
        new Unowned(),
        Arrays.asList(instances),
        Parameters.absent(),
        Deadlines.NEVER,
        () -> {},
        refusals);
  }

  private static final class Unowned implements Submission.Owner<Integer, Integer> {
    @Override
    public void abandoned(Submission<Integer, Integer> submission) {}

    @Override
    public void timedOut(Submission<Integer, Integer> submission) {}

    @Override
    public void released(Submission<Integer, Integer> submission) {}
  }
}
