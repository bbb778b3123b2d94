package io.github.vertexj.conformance;

import java.util.List;
import java.util.stream.Stream;

/** All checks, in the order in which they are made. */
final class Checks {
  private Checks() {}

  /**
   * New checks: some share what they have seen, so they are for one run. Those that stop the shared
   * server or start others come last.
   */
  static List<Check> all() {
    return Stream.of(
            StartChecks.all(),
            HealthChecks.all(),
            EnvelopeChecks.all(),
            ReplyChecks.all(),
            SizeChecks.all(),
            new ErrorChecks().all(),
            RouteChecks.all(),
            new LoadChecks().all(),
            new ResilienceChecks().all(),
            LogChecks.all(),
            new StopChecks().all(),
            LaunchChecks.all())
        .flatMap(List::stream)
        .toList();
  }
}
