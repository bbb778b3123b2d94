package io.github.vertexj.proof;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.OutOfMemoryException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a model on the same instances alone and together, in several batch sizes and orders, and
 * compares.
 *
 * <p>Used by one thread.
 *
 * @param <R> what an instance is to the engine
 */
public final class Experiment<R> {
  private static final Logger LOG = LoggerFactory.getLogger(Experiment.class);

  /** The most instances that are run alone: neither a batch nor an output often has so many. */
  private static final int MOST_PROBES = 5;

  private final Forward<R> forward;
  private final Nearness nearness;
  private final int maxBatchSize;
  private final List<R> probes = new ArrayList<>();
  private final List<Output> alone = new ArrayList<>();
  private @Nullable Exception failure;

  /**
   * Creates an experiment.
   *
   * @param tolerance the part of an output's largest number by which its floating-point numbers may
   *     differ and still be the same
   * @param maxBatchSize the largest batch to try
   */
  public Experiment(Forward<R> forward, double tolerance, int maxBatchSize) {
    this.forward = forward;
    this.nearness = new Nearness(tolerance);
    this.maxBatchSize = maxBatchSize;
  }

  /**
   * What came out.
   *
   * @param layout where an instance's part of the outputs is; for one alone if not joined
   */
  record Outcome(Layout layout, Finding finding) {
    static Outcome of(Layout layout, Finding.Verdict verdict, String sentence) {
      return new Outcome(layout, new Finding(verdict, sentence));
    }
  }

  /**
   * Compares.
   *
   * @param candidates instances that can be stacked, the likeliest first; those that the model
   *     fails on are left out
   * @throws DeviceLostException if the model can never run again
   */
  public Finding run(List<R> candidates) throws DeviceLostException {
    return compare(candidates).finding();
  }

  Outcome compare(List<R> candidates) {
    runAlone(candidates);
    if (probes.isEmpty()) {
      return Outcome.of(
          Layout.byItself(),
          Finding.Verdict.UNDECIDED,
          "the model failed on all instances tried: " + reason(failure));
    }
    Layout layout = new Inference(alone, List.of(), nearness).ofOne();
    if (changed()) {
      return unstable(layout);
    }
    if (maxBatchSize == 1) {
      return Outcome.of(layout, Finding.Verdict.ALONE, "batches have one instance each");
    }
    List<Inference.Batch> batches = new ArrayList<>();
    for (int[] order : orders()) {
      try {
        batches.add(new Inference.Batch(order, run(order)));
      } catch (OutOfMemoryException e) {
        LOG.debug("A batch of {} is too large to be compared", order.length);
      } catch (DeviceLostException e) {
        throw e;
      } catch (Exception e) {
        return Outcome.of(
            layout,
            Finding.Verdict.ALONE,
            "the model takes one instance and fails for %d: %s".formatted(order.length, reason(e)));
      }
    }
    if (changed()) {
      return unstable(layout);
    }
    return conclude(layout, batches);
  }

  private Outcome conclude(Layout layout, List<Inference.Batch> batches) {
    Inference.Result result = new Inference(alone, batches, nearness).layout();
    if (result.layout() == null) {
      return Outcome.of(
          new Inference(alone, batches, nearness).ofOne(), Finding.Verdict.ALONE, result.fault());
    }
    if (probes.size() == 1 || batches.isEmpty()) {
      return Outcome.of(
          layout, Finding.Verdict.UNDECIDED, "only one instance could be tried, and not together");
    }
    if (!various()) {
      return Outcome.of(
          layout, Finding.Verdict.UNDECIDED, "the model answered the same to all instances tried");
    }
    return Outcome.of(
        result.layout(),
        Finding.Verdict.JOINED,
        "%d instances gave the same alone and together, in batches of up to %d"
            .formatted(probes.size(), batches.get(batches.size() - 1).order().length));
  }

  private void runAlone(List<R> candidates) {
    for (R candidate : candidates) {
      if (probes.size() == MOST_PROBES) {
        return;
      }
      try {
        alone.add(forward.run(List.of(candidate)));
        probes.add(candidate);
      } catch (DeviceLostException e) {
        throw e;
      } catch (Exception e) {
        failure = e;
      }
    }
  }

  /** Whether the model answers something else to the first instance than it did before. */
  private boolean changed() {
    try {
      return !nearness.near(alone.get(0), run(new int[] {0}));
    } catch (DeviceLostException e) {
      throw e;
    } catch (Exception e) {
      failure = e;
      return true;
    }
  }

  private static Outcome unstable(Layout layout) {
    return Outcome.of(
        layout,
        Finding.Verdict.ALONE,
        "the model does not answer the same twice to the same instance: it keeps a state, draws random"
            + " numbers, or was saved in training mode (call eval() before)");
  }

  /** Whether at least two instances have different answers: else neighbours could not be told. */
  private boolean various() {
    return alone.stream().anyMatch(output -> !nearness.near(alone.get(0), output));
  }

  private Output run(int[] order) throws Exception {
    List<R> rows = new ArrayList<>(order.length);
    for (int place : order) {
      rows.add(probes.get(place));
    }
    return forward.run(rows);
  }

  /** Batches in which each instance has other neighbours and another place from time to time. */
  private List<int[]> orders() {
    List<int[]> orders = new ArrayList<>();
    for (int size : new int[] {2, 3, 5}) {
      if (size <= maxBatchSize) {
        orders.add(order(size, orders.size()));
      }
    }
    if (maxBatchSize > 5 || orders.isEmpty()) {
      orders.add(order(maxBatchSize, 1));
    }
    return orders;
  }

  private int[] order(int size, int first) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[size - 1 - i] = (first + i) % probes.size();
    }
    return order;
  }

  private static String reason(@Nullable Exception failure) {
    String message = failure == null ? null : failure.getMessage();
    return message == null ? "no reason given" : message.lines().findFirst().orElse("").strip();
  }
}
