package io.github.vertexj.emulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One replica of a deployed model: a container, started again when it is dead, and its place in the
 * rotation (C1.22, C1.32, C1.33).
 *
 * <p>Thread-safe. Probes run on the thread that ticks; whoever asks for health never waits for one.
 */
final class Replica implements AutoCloseable {
  /** Runs servers and probes them, for all replicas of a deployment. */
  record Equipment(
      ServerRun.Source source, Prober prober, ProbeClock clock, Consumer<String> console) {}

  // How long Kubernetes waits at least before it starts a container that has ended again.
  private static final long BACK_OFF_NANOS = Duration.ofSeconds(10).toNanos();

  private final int number;
  private final Deployment deployment;
  private final Equipment equipment;
  private final CompletableFuture<Replica> ready = new CompletableFuture<>();
  private volatile ContainerRun run;
  private volatile boolean healthy;
  private final AtomicInteger restarts = new AtomicInteger();
  private long started; // guarded by this
  private boolean closed; // guarded by this
  private String said = ""; // guarded by this

  Replica(int number, Deployment deployment, Equipment equipment) {
    this.number = number;
    this.deployment = deployment;
    this.equipment = equipment;
    this.started = equipment.clock.nanos();
    this.run = newRun(started);
  }

  private ContainerRun newRun(long now) {
    int port = deployment.model().port();
    Map<String, String> variables = deployment.variables(port == 0 ? freePort() : port);
    ServerRun server = equipment.source.start(number, variables);
    return new ContainerRun(server, deployment, variables, equipment.prober, now);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new DeploymentException("no port is free: " + e.getMessage(), e);
    }
  }

  /** Whether the replica gets traffic. */
  boolean healthy() {
    return healthy;
  }

  URI baseUri() {
    return run.server().baseUri();
  }

  int restarts() {
    return restarts.get();
  }

  /** Completes when the replica is healthy for the first time, or fails before that. */
  CompletableFuture<Replica> ready() {
    return ready;
  }

  /** When {@link #tick} has something to do next. */
  synchronized long due() {
    return closed ? Long.MAX_VALUE : run.due();
  }

  /** Runs the probes that are due, and does what follows from them. */
  synchronized void tick(long now) {
    if (closed) {
      return;
    }
    run.tick(now);
    if (run.healthy() != healthy) {
      healthy = run.healthy();
      said = "";
      say(healthy ? "is healthy" : "is not healthy, and gets no traffic: " + run.problem());
    } else if (!healthy && !run.problem().equals(said) && run.death().isEmpty()) {
      said = run.problem();
      say("is not ready: " + said);
    }
    if (healthy) {
      ready.complete(this);
    } else if (!run.death().isEmpty()) {
      revive(now);
    }
  }

  private void revive(long now) {
    if (!run.server().running()) {
      // On the platform the deployment fails with this text (C1.40).
      ready.completeExceptionally(
          new DeploymentException("Model server exited unexpectedly: " + run.death()));
    }
    if (ready.isCompletedExceptionally() || now - started < BACK_OFF_NANOS) {
      return;
    }
    say(run.server().howRestarted() + run.death());
    run.server().close();
    started = now;
    run = newRun(now);
    restarts.incrementAndGet();
  }

  private void say(String what) {
    equipment.console.accept("[replica " + number + "] " + what);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      healthy = false;
      ready.completeExceptionally(new DeploymentException("the model has been undeployed"));
      run.server().close();
    }
  }
}
