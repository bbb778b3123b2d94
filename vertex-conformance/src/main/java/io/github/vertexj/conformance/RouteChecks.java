package io.github.vertexj.conformance;

import java.util.List;

/** Paths and methods beside the two that the platform uses. */
final class RouteChecks {
  private RouteChecks() {}

  static List<Check> all() {
    return List.of(
        Check.assumed(
            "C3.39", "another method on the predict route: 404 or 405", RouteChecks::getPredict),
        Check.assumed("C3.39", "an unknown path: 404", RouteChecks::unknownPath),
        Check.assumed("C2.27", "a route is that path and no other", RouteChecks::noPrefix));
  }

  private static String getPredict(Target target) throws Verdict, InterruptedException {
    Server server = target.server();
    if (server.sameRoutes()) {
      throw Verdict.notApplicable("health and predict share a route");
    }
    wantMissing(server.send(Request.of("GET", server.predictRoute())));
    wantMissing(server.send(Request.of("DELETE", server.predictRoute())));
    return "";
  }

  private static String unknownPath(Target target) throws Verdict, InterruptedException {
    wantMissing(target.server().send(Request.of("GET", "/no/such/path")));
    wantMissing(target.server().send(Request.json("/no/such/path", "{\"instances\": []}")));
    return "";
  }

  private static String noPrefix(Target target) throws Verdict, InterruptedException {
    Server server = target.server();
    wantMissing(server.send(Request.of("GET", server.healthRoute() + "/more")));
    wantMissing(server.send(Request.json(server.predictRoute() + "/more", "{\"instances\": []}")));
    return "";
  }

  static void wantMissing(Exchange exchange) throws Verdict {
    int status = exchange.answer().status();
    if (status != 404 && status != 405) {
      throw Verdict.broken("the status is neither 404 nor 405", exchange);
    }
  }
}
