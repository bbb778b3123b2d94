package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What comes back for a bad request, and that it does no harm. Of use for one run. */
final class ErrorChecks {
  private static final int SERVER_ERROR = 500;

  private @Nullable List<Exchange> refusals;
  private @Nullable List<Exchange> failures;
  private boolean healthyBefore;

  List<Check> all() {
    return List.of(
        Check.assumed("C3.7", "what is no envelope is refused with 4xx", this::refuses),
        Check.assumed("C3.2", "Content-Type may be missing: 200 or 4xx", this::noContentType),
        Check.assumed("C3.40", "another media type: 200 or 4xx", this::otherMediaType),
        Check.assumed("C3.40", "deep nesting is refused with 4xx, or accepted", this::deep),
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
      for (String body : BadRequests.noEnvelopes()) {
        refusals.add(target.server().predict(body).searchable());
      }
    }
    return refusals;
  }

  private String refuses(Target target) throws Verdict, InterruptedException {
    List<Exchange> wrong =
        refusals(target).stream().filter(exchange -> !refused(exchange)).toList();
    if (!wrong.isEmpty()) {
      String counts = wrong.size() + " of " + refusals(target).size();
      throw Verdict.broken(counts + " are not refused so, as this one", wrong.get(0));
    }
    return "";
  }

  private static boolean refused(Exchange exchange) {
    return exchange.reply() != null && exchange.reply().refuses();
  }

  private String noContentType(Target target) throws Verdict, InterruptedException {
    byte[] body = target.workingInstances().one().getBytes(StandardCharsets.UTF_8);
    Exchange exchange = target.server().send(Request.post(target.server().predictRoute(), body));
    if (!refused(exchange)) {
      wantNoUsualFailure(exchange, target);
      exchange.predictions(1);
    }
    return "";
  }

  private String otherMediaType(Target target) throws Verdict, InterruptedException {
    return tolerated(target, BadRequests.image(target.server().predictRoute()));
  }

  private String deep(Target target) throws Verdict, InterruptedException {
    return tolerated(target, Request.json(target.server().predictRoute(), BadRequests.deep()));
  }

  private String tolerated(Target target, Request request) throws Verdict, InterruptedException {
    Exchange exchange = target.server().send(request);
    if (!exchange.answer().refuses() && exchange.status() != 200) {
      wantNoUsualFailure(exchange, target);
      throw Verdict.broken("the status is neither 200 nor 4xx", exchange);
    }
    return "status " + exchange.status();
  }

  /** A server that takes every bad body for a fault of its own has been told so already. */
  private void wantNoUsualFailure(Exchange exchange, Target target)
      throws Verdict, InterruptedException {
    if (exchange.status() >= SERVER_ERROR
        && refusals(target).stream().anyMatch(other -> other.status() == exchange.status())) {
      throw Verdict.untested(
          "what is no envelope gets " + exchange.status() + " already, as this does");
    }
  }

  /** Errors of the predict route, whatever is wrong with the request. */
  private List<Exchange> errors(Target target) throws Verdict, InterruptedException {
    List<Exchange> errors =
        Stream.concat(refusals(target).stream(), failures(target).stream())
            .filter(exchange -> exchange.status() >= 400)
            .toList();
    if (errors.isEmpty()) {
      throw Verdict.notApplicable("no bad request got an error");
    }
    return errors;
  }

  private List<Exchange> failures(Target target) throws Verdict, InterruptedException {
    if (failures == null) {
      failures = new ArrayList<>();
      Server server = target.server();
      Instances good = target.options().instances();
      for (String body : BadRequests.wrongInstances(good)) {
        failures.add(server.predict(body).searchable());
      }
      for (String body : BadRequests.strangeCompany(good)) {
        failures.add(server.predict(body).searchable());
      }
      failures.add(server.predict(BadRequests.deep()).searchable());
      failures.add(server.send(BadRequests.image(server.predictRoute())).searchable());
      byte[] marked = BadRequests.noEnvelopes().get(1).getBytes(StandardCharsets.UTF_8);
      for (String header :
          List.of("Content-Type: text/plain", "Content-Type: ?", "Content-Encoding: gzip")) {
        failures.add(server.send(Request.post(server.predictRoute(), marked, header)).searchable());
      }
    }
    return failures;
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
      if (StackTrace.isIn(exchange.answer().searched())) {
        throw Verdict.broken("the reply holds a stack trace", exchange);
      }
    }
    return "";
  }

  private String noEcho(Target target) throws Verdict, InterruptedException {
    for (Exchange exchange : errors(target)) {
      if (Echo.isIn(exchange.answer().searched())) {
        throw Verdict.broken("a part of the request comes back", exchange);
      }
    }
    return "";
  }

  private static String allOrNothing(Target target) throws Verdict, InterruptedException {
    String good = target.countedInstances().first().toString();
    Exchange exchange =
        target
            .server()
            .predict("{\"instances\": [" + good + ", " + BadRequests.strangeInstance() + "]}");
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
