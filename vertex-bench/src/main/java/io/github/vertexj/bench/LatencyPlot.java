package io.github.vertexj.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Latencies against offered load as {@code latency.csv} and {@code latency.svg}. */
final class LatencyPlot {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int MARGIN = 60;

  private final List<OpenLoop.Outcome> outcomes;
  private final double mostRate;
  private final double least;
  private final double most;

  private LatencyPlot(List<OpenLoop.Outcome> outcomes) {
    this.outcomes = outcomes;
    mostRate = outcomes.stream().mapToDouble(OpenLoop.Outcome::rate).max().orElse(1);
    least = decade(outcomes.stream().mapToDouble(OpenLoop.Outcome::p50).min().orElse(1), false);
    most = decade(outcomes.stream().mapToDouble(OpenLoop.Outcome::p999).max().orElse(10), true);
  }

  private static double decade(double value, boolean above) {
    double exponent = Math.log10(Math.max(value, 0.01));
    return above ? Math.floor(exponent) + 1 : Math.floor(exponent);
  }

  /** Writes both files. */
  static void write(List<OpenLoop.Outcome> outcomes, Path folder) throws IOException {
    List<String> lines =
        new ArrayList<>(List.of("offered_per_second,p50_ms,p99_ms,p999_ms,answered"));
    for (OpenLoop.Outcome each : outcomes) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%.0f,%.3f,%.3f,%.3f,%.4f",
              each.rate(),
              each.p50(),
              each.p99(),
              each.p999(),
              each.answered()));
    }
    Files.write(folder.resolve("latency.csv"), lines);
    Files.writeString(folder.resolve("latency.svg"), new LatencyPlot(outcomes).svg());
  }

  private String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>%n"
            .formatted(WIDTH, HEIGHT));
    svg.append("<rect width='100%' height='100%' fill='white'/>\n");
    for (double exponent = least; exponent <= most; exponent++) {
      double y = y(Math.pow(10, exponent));
      svg.append(line(MARGIN, y, WIDTH - MARGIN, y));
      svg.append(text(MARGIN - 8, y + 4, "end", String.valueOf((float) Math.pow(10, exponent))));
    }
    for (int quarter = 0; quarter <= 4; quarter++) {
      double rate = mostRate * quarter / 4;
      svg.append(line(x(rate), MARGIN, x(rate), HEIGHT - MARGIN));
      svg.append(text(x(rate), HEIGHT - MARGIN + 18, "middle", String.valueOf(Math.round(rate))));
    }
    svg.append(text(WIDTH / 2.0, HEIGHT - 15, "middle", "requests per second offered"));
    svg.append(text(MARGIN, MARGIN - 20, "start", "latency, ms"));
    svg.append(curve("p50", "#1b7837", OpenLoop.Outcome::p50));
    svg.append(curve("p99", "#2166ac", OpenLoop.Outcome::p99));
    svg.append(curve("p99.9", "#b2182b", OpenLoop.Outcome::p999));
    return svg.append("</svg>\n").toString();
  }

  private String curve(String name, String colour, ToDoubleFunction<OpenLoop.Outcome> latency) {
    StringBuilder points = new StringBuilder();
    for (OpenLoop.Outcome each : outcomes) {
      points.append(
          String.format(Locale.ROOT, "%.1f,%.1f ", x(each.rate()), y(latency.applyAsDouble(each))));
    }
    OpenLoop.Outcome last = outcomes.get(outcomes.size() - 1);
    return "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>%n"
            .formatted(points.toString().strip(), colour)
        + text(x(last.rate()) + 6, y(latency.applyAsDouble(last)) + 4, "start", name);
  }

  private double x(double rate) {
    return MARGIN + (WIDTH - 2 * MARGIN) * rate / mostRate;
  }

  private double y(double millis) {
    double share = (Math.log10(Math.max(millis, 0.01)) - least) / (most - least);
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share;
  }

  private static String line(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#ddd'/>%n",
        x1,
        y1,
        x2,
        y2);
  }

  private static String text(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT, "<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>%n", x, y, anchor, text);
  }
}
