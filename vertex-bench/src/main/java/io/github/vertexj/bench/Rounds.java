package io.github.vertexj.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, round by round. */
final class Rounds {
  private final Map<Key, List<Double>> values = new LinkedHashMap<>();

  /** What is measured; CPU times in microseconds per request, latencies in milliseconds. */
  enum Figure {
    BARE,
    CODEC,
    MODEL,
    PREDICTOR,
    WHOLE,
    PER_SECOND,
    P50,
    P99
  }

  private record Key(int instances, Figure figure) {}

  void add(int instances, Figure figure, double value) {
    values.computeIfAbsent(new Key(instances, figure), key -> new ArrayList<>()).add(value);
  }

  double median(int instances, Figure figure) {
    return Medians.of(values.getOrDefault(new Key(instances, figure), List.of()));
  }

  /** Writes every value as one line of CSV. */
  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of("instances,figure,round,value"));
    values.forEach(
        (key, each) -> {
          for (int round = 0; round < each.size(); round++) {
            String figure = key.figure.name().toLowerCase(Locale.ROOT);
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%d,%s,%d,%.2f",
                    key.instances,
                    figure,
                    round + 1,
                    each.get(round)));
          }
        });
    Files.write(file, lines);
  }
}
