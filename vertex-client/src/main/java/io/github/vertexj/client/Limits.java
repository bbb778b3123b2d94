package io.github.vertexj.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;

/** How much a request may hold. */
record Limits(int maxRequestBytes, int maxInstances) {

  /** A request's instances: from one place up to another, which is outside. */
  record Range(int from, int to) {
    int count() {
      return to - from;
    }
  }

  /**
   * Cuts instances into as few ranges as possible.
   *
   * @param length the length of the request that holds instances from one place up to another
   * @throws EndpointException if an instance is too large for any request
   */
  List<Range> cut(int instances, IntBinaryOperator length) {
    List<Range> ranges = new ArrayList<>();
    int from = 0;
    do {
      int to = Math.min(instances, from + 1);
      int bytes = length.applyAsInt(from, to);
      if (bytes > maxRequestBytes) {
        throw EndpointException.unanswered(
            "instance %d makes a request of %d bytes, and at most %d are taken"
                .formatted(from, bytes, maxRequestBytes),
            null);
      }
      while (to < instances
          && to - from < maxInstances
          && length.applyAsInt(from, to + 1) <= maxRequestBytes) {
        to++;
      }
      ranges.add(new Range(from, to));
      from = to;
    } while (from < instances);
    return ranges;
  }
}
