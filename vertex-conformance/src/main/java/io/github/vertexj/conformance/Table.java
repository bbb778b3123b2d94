package io.github.vertexj.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Results as text: a line each, and the exchange below what is broken. */
final class Table {
  private static final String INDENT = " ".repeat(23);

  private Table() {}

  static String heading(Options options) {
    return options.url().map(Address::toString).orElse(String.join(" ", options.command()));
  }

  static String line(Result result) {
    Check check = result.check();
    StringBuilder line =
        new StringBuilder(String.format("%-7s %-15s", check.clause(), outcome(result)));
    line.append(check.sentence());
    if (!result.text().isEmpty()) {
      line.append(result.outcome() == Outcome.BROKEN ? "\n" + INDENT + "but " : ": ")
          .append(result.text());
    }
    Exchange exchange = result.exchange();
    if (exchange != null) {
      line.append('\n').append(INDENT).append("sent     ").append(exchange.request());
      line.append('\n').append(INDENT).append("received ").append(exchange.shownReply());
    }
    return line.toString();
  }

  private static String outcome(Result result) {
    if (result.outcome() != Outcome.BROKEN) {
      return result.outcome().toString();
    }
    return result.check().certainty() == Certainty.DOCUMENTED ? "BROKEN" : "broken*";
  }

  static String summary(List<Result> results, boolean strict) {
    String counts =
        Arrays.stream(Outcome.values())
            .map(
                outcome ->
                    results.stream().filter(r -> r.outcome() == outcome).count() + " " + outcome)
            .collect(Collectors.joining(", "));
    long failing = results.stream().filter(result -> result.fails(strict)).count();
    boolean assumed =
        results.stream().anyMatch(r -> r.outcome() == Outcome.BROKEN && !r.fails(false));
    String note = assumed ? "\n* an assumption: the platform documents nothing about it" : "";
    return counts + note + "\n" + (failing == 0 ? "PASSED" : "FAILED: " + failing);
  }

  /** The checks that there are. */
  static String list(List<Check> checks) {
    return checks.stream()
        .map(
            check ->
                String.format("%-7s %-11s %s", check.clause(), check.certainty(), check.sentence()))
        .collect(Collectors.joining("\n"));
  }
}
