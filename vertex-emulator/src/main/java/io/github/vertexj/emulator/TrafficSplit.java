package io.github.vertexj.emulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which deployed model the next request goes to, by percentages (C4.28).
 *
 * <p>Deterministic: each time the model that is furthest behind its share. That the platform
 * chooses at random is likely; over a hundred requests the shares are the same. Thread-safe.
 */
final class TrafficSplit {
  private static final int ALL = 100;

  private final Map<String, Integer> percentages;
  private final Map<String, Integer> credits = new LinkedHashMap<>(); // guarded by this

  private TrafficSplit(Map<String, Integer> percentages) {
    this.percentages = new LinkedHashMap<>(percentages);
  }

  /** Returns the split of an endpoint without traffic. */
  static TrafficSplit none() {
    return new TrafficSplit(Map.of());
  }

  /**
   * Returns a split.
   *
   * @throws IllegalArgumentException if the percentages are not from 0 to 100 or do not add up
   */
  static TrafficSplit of(Map<String, Integer> percentages) {
    int sum = percentages.values().stream().mapToInt(Integer::intValue).sum();
    if (sum != ALL || percentages.values().stream().anyMatch(percentage -> percentage < 0)) {
      throw new IllegalArgumentException(
          "a traffic split's percentages must add up to 100, not " + sum);
    }
    return new TrafficSplit(percentages);
  }

  Map<String, Integer> percentages() {
    return percentages;
  }

  /** The id of the deployed model that the next request goes to; empty without traffic. */
  synchronized Optional<String> next() {
    String chosen = null;
    for (Map.Entry<String, Integer> share : percentages.entrySet()) {
      int credit = credits.merge(share.getKey(), share.getValue(), Integer::sum);
      if (share.getValue() > 0 && (chosen == null || credit > credits.getOrDefault(chosen, 0))) {
        chosen = share.getKey();
      }
    }
    if (chosen != null) {
      credits.merge(chosen, -ALL, Integer::sum);
    }
    return Optional.ofNullable(chosen);
  }
}
