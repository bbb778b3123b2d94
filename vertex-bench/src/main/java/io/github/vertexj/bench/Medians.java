package io.github.vertexj.bench;

import java.util.List;

/** The figure that a run on a noisy machine is judged by. */
final class Medians {
  private Medians() {}

  /** The middle value; of an even number, the mean of the middle two. */
  static double of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
