package io.github.vertexj.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A table in Markdown, printed row by row. */
final class Table {
  private final PrintStream out;

  /** Prints what the table shows, and its head. */
  Table(PrintStream out, String caption, Object... columns) {
    this.out = out;
    out.printf("%n%s%n%n", caption);
    row(columns);
    out.println("|" + "---|".repeat(columns.length));
  }

  /** Prints a row; a fraction with three digits that matter. */
  void row(Object... cells) {
    out.println(
        Arrays.stream(cells).map(Table::shown).collect(Collectors.joining(" | ", "| ", " |")));
  }

  static String shown(Object cell) {
    if (!(cell instanceof Double number)) {
      return String.valueOf(cell);
    }
    if (Double.isNaN(number)) {
      return "–";
    }
    double size = Math.abs(number);
    String format = size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, number);
  }
}
