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

  /**
   * What is measured; CPU times in microseconds per request, latencies in milliseconds, unless a
   * bench says otherwise.
   */
  enum Figure {
    BARE,
    CODEC,
    MODEL,
    PREDICTOR,
    PYTHON,
    DEVICE,
    ASSEMBLED,
    WHOLE,
    GENERATOR,
    BATCH,
    PER_SECOND,
    P50,
    P99,
    PORT,
    PORT_CPU,
    FIRST_OK
  }

  private record Key(String row, Figure figure) {}

  /** Adds a value of this round; the row is what its table has a line for. */
  void add(Object row, Figure figure, double value) {
    values.computeIfAbsent(new Key(row.toString(), figure), key -> new ArrayList<>()).add(value);
  }

  /** Adds what a load of this round came to. */
  void add(Object row, Wrk.Outcome outcome) {
    add(row, Figure.WHOLE, outcome.cpuMicros());
    add(row, Figure.GENERATOR, outcome.generatorMicros());
    add(row, Figure.PER_SECOND, outcome.perSecond());
    add(row, Figure.P50, outcome.p50());
    add(row, Figure.P99, outcome.p99());
  }

  /** The median of the rounds; NaN if there was none. */
  double median(Object row, Figure figure) {
    List<Double> all = values.getOrDefault(new Key(row.toString(), figure), List.of());
    return all.isEmpty() ? Double.NaN : Medians.of(all);
  }

  /** Writes every value as one line of CSV. */
  void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>(List.of("row,figure,round,value"));
    values.forEach(
        (key, each) -> {
          String figure = key.figure.name().toLowerCase(Locale.ROOT);
          for (int round = 0; round < each.size(); round++) {
            lines.add(
                String.format(
                    Locale.ROOT, "%s,%s,%d,%.3f", key.row, figure, round + 1, each.get(round)));
          }
        });
    Files.write(file, lines);
  }
}
