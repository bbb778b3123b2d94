package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Results as JSON, for programs. */
final class JsonReport {
  private JsonReport() {}

  static String of(List<Result> results, boolean strict) {
    ObjectNode report = Json.MAPPER.createObjectNode();
    report.put("passed", results.stream().noneMatch(result -> result.fails(strict)));
    ArrayNode checks = report.putArray("checks");
    results.forEach(result -> add(checks.addObject(), result));
    return report.toPrettyString() + "\n";
  }

  private static void add(ObjectNode entry, Result result) {
    entry.put("clause", result.check().clause());
    entry.put("sentence", result.check().sentence());
    entry.put("certainty", result.check().certainty().toString());
    entry.put("outcome", result.outcome().toString());
    entry.put("text", result.text());
    Exchange exchange = result.exchange();
    if (exchange != null) {
      entry.put("sent", exchange.request().toString());
      entry.put("received", exchange.shownReply());
    }
  }
}
