package io.github.vertexj.conformance;

import java.util.ArrayList;
import java.util.List;

/** Paths and methods beside the two that the platform uses. */
final class RouteChecks {
  private static final String UNKNOWN = "/no/such/path";
  private static final String NOT_IMPLEMENTED = "404, 405 or 501";

  private RouteChecks() {}

  static List<Check> all() {
    return List.of(
        Check.assumed("C3.39", "an unknown path: 404", RouteChecks::unknownPath),
        Check.assumed(
            "C3.39",
            "another method on the predict route: " + NOT_IMPLEMENTED,
            RouteChecks::otherMethods),
        Check.assumed("C2.27", "a route is that path and no other", RouteChecks::noOtherPath));
  }

  private static String unknownPath(Target target) throws Verdict, InterruptedException {
    wantMissing(target.server().send(Request.of("GET", UNKNOWN)));
    wantMissing(target.server().send(unknownPost(target.server())));
    return "";
  }

  private static Request unknownPost(Server server) {
    return Request.json(UNKNOWN, body(server));
  }

  private static String otherMethods(Target target) throws Verdict, InterruptedException {
    Server server = target.server();
    if (server.sameRoutes()) {
      throw Verdict.notApplicable("health and predict share a route");
    }
    for (String method : List.of("GET", "DELETE")) {
      Exchange exchange = server.send(Request.of(method, server.predictRoute()));
      if (!missing(exchange.answer()) && exchange.status() != 501) {
        wantPathsToCount(server, Request.of(method, UNKNOWN));
        throw Verdict.broken("the status is not " + NOT_IMPLEMENTED, exchange);
      }
    }
    return "";
  }

  /** What serves any path has been told so already. */
  static void wantPathsToCount(Server server, Request unknown) throws Verdict {
    if (!missing(server.send(unknown).answer())) {
      throw Verdict.untested("it serves unknown paths already");
    }
  }

  private static String noOtherPath(Target target) throws Verdict, InterruptedException {
    Server server = target.server();
    wantPathsToCount(server, Request.of("GET", UNKNOWN));
    wantPathsToCount(server, unknownPost(server));
    List<Exchange> served = new ArrayList<>();
    served.addAll(served(server, Request.of("GET", server.healthRoute())));
    served.addAll(served(server, Request.json(server.predictRoute(), body(server))));
    if (!served.isEmpty()) {
      String paths =
          String.join(", ", served.stream().map(other -> other.request().path()).toList());
      throw Verdict.broken("others are served: " + paths, served.get(0));
    }
    return "";
  }

  private static String body(Server server) {
    Instances instances = server.options().instances();
    return instances.instances().isEmpty() ? "{\"instances\": []}" : instances.one();
  }

  /** Which of the paths that are almost a request's own are served like it, or fail. */
  private static List<Exchange> served(Server server, Request request) throws Verdict {
    Answer usual = server.send(request).answer();
    List<Exchange> served = new ArrayList<>();
    for (String path : almost(request.path())) {
      if (path.equals(server.healthRoute()) || path.equals(server.predictRoute())) {
        continue;
      }
      Exchange exchange = server.send(request.to(path));
      Answer answer = exchange.answer();
      boolean alike = answer.status() == usual.status() && answer.text().equals(usual.text());
      if (alike || !(missing(answer) || answer.redirects() || answer.refuses())) {
        served.add(exchange);
      }
    }
    return served;
  }

  /**
   * Paths that loose routers take for a route. Not those that HTTP libraries themselves make equal,
   * as by merging slashes.
   */
  private static List<String> almost(String route) {
    String other = swapped(route);
    return List.of(
        route + "/",
        other,
        other + "/",
        route + "/more",
        route + "more",
        "/more" + route,
        route + ".json",
        route.substring(0, route.length() - 1));
  }

  /** The route with its letters in the other case. */
  private static String swapped(String route) {
    StringBuilder swapped = new StringBuilder();
    route
        .chars()
        .map(c -> Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c))
        .forEach(c -> swapped.append((char) c));
    return swapped.toString();
  }

  static void wantMissing(Exchange exchange) throws Verdict {
    if (!missing(exchange.answer())) {
      throw Verdict.broken("the status is neither 404 nor 405", exchange);
    }
  }

  private static boolean missing(Answer answer) {
    return answer.status() == 404 || answer.status() == 405;
  }
}
