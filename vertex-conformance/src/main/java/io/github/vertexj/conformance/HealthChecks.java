package io.github.vertexj.conformance;

import java.io.IOException;
import java.util.List;

/** The health route of a server that is ready and has nothing to do. */
final class HealthChecks {
  private static final int TIMES = 5;

  private HealthChecks() {}

  static List<Check> all() {
    return List.of(
        Check.documented("C1.31", "health is exactly 200 within 10 s", HealthChecks::isExactly200),
        Check.assumed(
            "C1.20", "a connection left open serves the next request", HealthChecks::keepsAlive));
  }

  private static String isExactly200(Target target) throws Verdict, InterruptedException {
    if (!target.startup().isReady()) {
      throw Verdict.untested("it does not become ready");
    }
    long slowest = 0;
    for (int i = 0; i < TIMES; i++) {
      Exchange health = target.server().health();
      health.expect(200);
      slowest = Math.max(slowest, health.time().toMillis());
    }
    return "slowest of " + TIMES + ": " + slowest + " ms";
  }

  private static String keepsAlive(Target target) throws Verdict, InterruptedException {
    Server server = target.server();
    Request health = Request.of("GET", server.healthRoute());
    try (Connection connection = server.connect()) {
      String after = connection.exchange(health).answer().header("connection");
      if (after.equalsIgnoreCase("close")) {
        throw Verdict.notApplicable("it closes each connection, and says so");
      }
      Exchange second = connection.exchange(health);
      if (!second.answered()) {
        throw Verdict.broken("a second request on the same connection has no reply", second);
      }
      return "";
    } catch (IOException e) {
      throw Verdict.untested("the server cannot be reached");
    }
  }
}
