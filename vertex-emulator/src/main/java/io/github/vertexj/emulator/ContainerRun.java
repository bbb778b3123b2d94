package io.github.vertexj.emulator;

import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A container from its start to its end: a server and the three probes of it (C1.22–C1.33).
 *
 * <p>Ticked by one thread at a time.
 */
final class ContainerRun {
  private final ServerRun server;
  private final Predicate<Probe> good;
  private final UploadedModel model;
  private final String healthRoute;
  private @Nullable ProbeTask startup; // until it has passed
  private ProbeTask liveness;
  private ProbeTask health;
  private String death = "";
  private String problem = "";

  ContainerRun(
      ServerRun server,
      Deployment deployment,
      Map<String, String> variables,
      Prober prober,
      long now) {
    this.server = server;
    this.good =
        probe -> {
          String bad = prober.problem(probe, server, variables);
          problem = bad.isEmpty() ? problem : bad;
          return bad.isEmpty();
        };
    this.model = deployment.model();
    this.healthRoute = deployment.healthRoute();
    this.startup = model.startupProbe().map(probe -> new ProbeTask(probe, now)).orElse(null);
    this.liveness = newLiveness(now);
    this.health = newHealth(now);
  }

  private ProbeTask newLiveness(long now) {
    return new ProbeTask(model.livenessProbe().orElseGet(Probe::platformLiveness), now);
  }

  private ProbeTask newHealth(long now) {
    Probe probe = model.healthProbe().orElseGet(() -> Probe.platformHealth(healthRoute));
    return new ProbeTask(probe, now);
  }

  ServerRun server() {
    return server;
  }

  /** Why the container has to be started again, or empty. */
  String death() {
    return death;
  }

  /** What was bad about the last bad answer to a probe, or empty. */
  String problem() {
    return problem;
  }

  /** Whether it is to get traffic. */
  boolean healthy() {
    return death.isEmpty() && health.passing();
  }

  /** When the next probe is due. */
  long due() {
    return startup == null ? Math.min(liveness.due(), health.due()) : startup.due();
  }

  /** Runs the probes that are due. */
  void tick(long now) {
    if (!server.running()) {
      death = server.end();
    } else if (startup != null) {
      tickStartup(startup, now);
    } else {
      health.tick(now, good);
      liveness.tick(now, good);
      if (liveness.failed()) {
        death = "its liveness probe failed (C1.22); bind the port before the model is loaded";
      }
    }
  }

  /** The other probes begin when this one passes (C1.26). */
  private void tickStartup(ProbeTask probe, long now) {
    probe.tick(now, good);
    if (probe.failed()) {
      death = "its startup probe failed";
    } else if (probe.passing()) {
      startup = null;
      liveness = newLiveness(now);
      health = newHealth(now);
    }
  }
}
