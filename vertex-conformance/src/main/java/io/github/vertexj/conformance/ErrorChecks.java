package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What comes back for a bad request, and that it does no harm. Of use for one run. */
final class ErrorChecks {
  /** Planted in bad bodies; must never come back. */
  private static final String MARKER = "MARKER7b64c1";

  private static final int DEPTH = 100_000;

  private static final List<String> NO_ENVELOPES =
      List.of(
          "",
          MARKER,
          "{\"instances\": [\"" + MARKER,
          "{\"instances\": [1]} " + MARKER,
          "[\"" + MARKER + "\"]",
          "\"" + MARKER + "\"",
          "{}",
          "{\"instances\": null}",
          "{\"instances\": {\"" + MARKER + "\": 1}}",
          "{\"instances\": \"" + MARKER + "\"}");

  /** A part of a trace as Python, Java, Node, Go and Rust print them. */
  private static final Pattern TRACE =
      Pattern.compile(
          "Traceback \\(most recent call|File \"[^\"]+\", line \\d+"
              + "|(?:^|\n|\\\\n)(?:\\s|\\\\t)*at [\\w.$<>/]+ ?\\("
              + "|goroutine \\d+ \\[|stack backtrace:");

  private @Nullable List<Exchange> refusals;
  private boolean healthyBefore;

  List<Check> all() {
    return List.of(
        Check.assumed("C3.7", "what is no envelope is refused with 4xx", this::refuses),
        Check.assumed("C3.40", "deep nesting is refused with 4xx, or accepted", ErrorChecks::deep),
        Check.assumed("C3.40", "another media type: 200 or 4xx", ErrorChecks::otherMediaType),
        Check.assumed("C3.40", "an error is a JSON object with a text \"error\"", this::errorBody),
        Check.assumed("C3.40", "an error shows no stack trace", this::noTrace),
        Check.assumed("C3.40", "an error does not repeat the body", this::noEcho),
        Check.documented(
            "C3.29", "all or nothing: no predictions beside an error", ErrorChecks::allOrNothing),
        Check.assumed("C3.22", "a client that goes away does no harm", ErrorChecks::abandoned),
        Check.documented("C1.31", "health is still 200 after bad requests", this::unharmed));
  }

  private List<Exchange> refusals(Target target) throws Verdict, InterruptedException {
    if (refusals == null) {
      refusals = new ArrayList<>();
      healthyBefore = target.server().health().status() == 200;
      for (String body : NO_ENVELOPES) {
        refusals.add(target.server().predict(body));
      }
    }
    return refusals;
  }

  private String refuses(Target target) throws Verdict, InterruptedException {
    List<Exchange> wrong = new ArrayList<>();
    for (Exchange exchange : refusals(target)) {
      if (!exchange.answered() || !exchange.answer().refuses()) {
        wrong.add(exchange);
      }
    }
    if (!wrong.isEmpty()) {
      String counts = wrong.size() + " of " + NO_ENVELOPES.size();
      throw Verdict.broken(counts + " are not refused so, as this one", wrong.get(0));
    }
    return "";
  }

  private static String deep(Target target) throws Verdict, InterruptedException {
    return answered(
        target, "[".repeat(DEPTH) + "]".repeat(DEPTH), "Content-Type: application/json");
  }

  private static String otherMediaType(Target target) throws Verdict, InterruptedException {
    return answered(target, "\u0089PNG\r\n\u001a\n" + MARKER, "Content-Type: image/png");
  }

  private static String answered(Target target, String instance, String type)
      throws Verdict, InterruptedException {
    boolean json = type.endsWith("json");
    String body = json ? "{\"instances\": [" + instance + "]}" : instance;
    byte[] bytes = body.getBytes(json ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    Server server = target.server();
    Exchange exchange = server.send(Request.post(server.predictRoute(), bytes, type));
    if (!exchange.answer().refuses()) {
      exchange.expect(200);
    }
    return "status " + exchange.status();
  }

  private List<Exchange> errors(Target target) throws Verdict, InterruptedException {
    List<Exchange> errors =
        refusals(target).stream().filter(exchange -> exchange.status() >= 400).toList();
    if (errors.isEmpty()) {
      throw Verdict.notApplicable("no bad request got an error");
    }
    return errors;
  }

  private String errorBody(Target target) throws Verdict, InterruptedException {
    for (Exchange exchange : errors(target)) {
      JsonNode body = exchange.answer().json().orElse(null);
      if (body == null || !body.path("error").isTextual()) {
        throw Verdict.broken("the body is something else", exchange);
      }
    }
    return "";
  }

  private String noTrace(Target target) throws Verdict, InterruptedException {
    for (Exchange exchange : errors(target)) {
      if (TRACE.matcher(exchange.answer().text()).find()) {
        throw Verdict.broken("the body holds a stack trace", exchange);
      }
    }
    return "";
  }

  private String noEcho(Target target) throws Verdict, InterruptedException {
    for (Exchange exchange : errors(target)) {
      if (exchange.answer().text().contains(MARKER)) {
        throw Verdict.broken("a part of the request comes back", exchange);
      }
    }
    return "";
  }

  private static String allOrNothing(Target target) throws Verdict, InterruptedException {
    String good = target.workingInstances().first().toString();
    String strange = "{\"" + MARKER + "\": [null, [[]]]}";
    Exchange exchange = target.server().predict("{\"instances\": [" + good + ", " + strange + "]}");
    if (exchange.answer().status() == 200) {
      exchange.predictions(2);
      throw Verdict.notApplicable("it predicts whatever it gets");
    }
    if (exchange.answer().json().filter(body -> body.has("predictions")).isPresent()) {
      throw Verdict.broken("there are predictions in an error", exchange);
    }
    return "";
  }

  private static String abandoned(Target target) throws Verdict, InterruptedException {
    Instances instances = target.workingInstances();
    Server server = target.server();
    Request request = Request.json(server.predictRoute(), instances.one());
    Connection.abandon(server.address(), request, target.options().timeout());
    server.predict(instances.one()).predictions(1);
    return "";
  }

  private String unharmed(Target target) throws Verdict, InterruptedException {
    refusals(target);
    if (!healthyBefore) {
      throw Verdict.untested("health was not 200 before either");
    }
    target.server().health().expect(200);
    return "";
  }
}
