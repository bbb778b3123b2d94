package io.github.vertexj.conformance;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** Routes and variables as the platform may set them, each on a start of its own. */
final class LaunchChecks {
  private static final String ODD_ROUTE = "/m.1+(x)/v$2";

  /** Matched by the odd route if that is taken for a regular expression. */
  private static final String NOT_ODD_ROUTE = "/mm1+(x)/v$2";

  private LaunchChecks() {}

  static List<Check> all() {
    return List.of(
        Check.documented(
            "C2.11", "the platform's default routes, with a colon", LaunchChecks::defaultRoutes),
        Check.assumed("C2.26", "one path for health and predict", LaunchChecks::sameRoute),
        Check.assumed("C2.27", "routes are no patterns", LaunchChecks::oddRoutes),
        Check.assumed(
            "C2.25",
            "a route without its slash is served, or refused at the start",
            LaunchChecks::noSlash),
        Check.documented("C2.3", "an endpoint's id may hold letters", LaunchChecks::endpointId),
        Check.assumed("C2.23", "it starts without AIP_MODE", LaunchChecks::localEndpoint),
        Check.assumed("C2.21", "a port that is no number stops the start", LaunchChecks::badPort));
  }

  private static String defaultRoutes(Target target) throws Verdict, InterruptedException {
    return serves(
        target,
        routes(PlatformVariables.defaultHealthRoute(), PlatformVariables.defaultPredictRoute()),
        "the default routes");
  }

  private static String sameRoute(Target target) throws Verdict, InterruptedException {
    return serves(target, routes("/model", "/model"), "one route");
  }

  private static String oddRoutes(Target target) throws Verdict, InterruptedException {
    String predict = ODD_ROUTE + ":predict";
    try (Target.Launch launch = target.launch(routes(ODD_ROUTE, predict))) {
      Server server = launch.ready("routes " + ODD_ROUTE + " and " + predict);
      predict(target, server);
      RouteChecks.wantPathsToCount(server, Request.of("GET", "/no/such/path"));
      RouteChecks.wantMissing(server.send(Request.of("GET", NOT_ODD_ROUTE)));
      return "";
    }
  }

  private static String noSlash(Target target) throws Verdict, InterruptedException {
    try (Target.Launch launch =
        target.launch(variables -> variables.with("AIP_PREDICT_ROUTE", "predict"))) {
      if (!launch.startup().isReady() && !launch.process().alive()) {
        return "refused";
      }
      predict(target, launch.ready("AIP_PREDICT_ROUTE=predict"));
      return "served";
    }
  }

  private static String endpointId(Target target) throws Verdict, InterruptedException {
    return serves(
        target, variables -> variables.endpoint("flowers-eu-2"), "AIP_ENDPOINT_ID=flowers-eu-2");
  }

  private static String localEndpoint(Target target) throws Verdict, InterruptedException {
    return serves(
        target, PlatformVariables::asLocalEndpoint, "the variables of the SDK's LocalEndpoint");
  }

  private static String badPort(Target target) throws Verdict, InterruptedException {
    try (Target.Launch launch =
        target.launch(variables -> variables.with("AIP_HTTP_PORT", "eighty"))) {
      OptionalInt exitCode = launch.process().exitCodeWithin(Duration.ZERO);
      if (exitCode.isEmpty()) {
        throw Verdict.broken("it runs on, at another port or at none");
      }
      if (exitCode.getAsInt() == 0) {
        throw Verdict.broken("it ends with exit code 0, as if all were well");
      }
      return "";
    }
  }

  private static String serves(Target target, UnaryOperator<PlatformVariables> change, String under)
      throws Verdict, InterruptedException {
    try (Target.Launch launch = target.launch(change)) {
      predict(target, launch.ready(under));
      return "";
    }
  }

  /** Asks for a prediction, or whether there is a route for one if none works. */
  private static void predict(Target target, Server server) throws Verdict {
    Instances instances = target.options().instances();
    if (target.predicts()) {
      server.predict(instances.one()).predictions(1);
      return;
    }
    Exchange exchange = server.predict("{\"instances\": []}");
    if (exchange.answer().status() == 404 || exchange.status() == 405) {
      throw Verdict.broken("there is no such route", exchange);
    }
  }

  private static UnaryOperator<PlatformVariables> routes(String health, String predict) {
    return variables ->
        variables.with("AIP_HEALTH_ROUTE", health).with("AIP_PREDICT_ROUTE", predict);
  }
}
