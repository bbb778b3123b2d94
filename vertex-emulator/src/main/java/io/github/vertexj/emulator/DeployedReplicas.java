package io.github.vertexj.emulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A deployed model: its replicas, probed for as long as it is deployed.
 *
 * <p>Thread-safe.
 */
public final class DeployedReplicas implements AutoCloseable {
  private static final long LONGEST_PAUSE_MILLIS = 50;

  private final Deployment deployment;
  private final Replica.Equipment equipment;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<Replica> replicas = List.of();
  private volatile boolean atZero;
  private List<Thread> probing = List.of(); // guarded by this
  private boolean closed; // guarded by this

  DeployedReplicas(Deployment deployment, Replica.Equipment equipment) {
    this.deployment = deployment;
    this.equipment = equipment;
    equipment.source().check();
    startReplicas();
  }

  private synchronized void startReplicas() {
    List<Replica> all = new ArrayList<>();
    try {
      for (int number = 0; number < deployment.model().replicas(); number++) {
        all.add(new Replica(number, deployment, equipment));
      }
    } catch (RuntimeException e) {
      all.forEach(Replica::close);
      throw e;
    }
    replicas = List.copyOf(all);
    if (!equipment.clock().isManual()) {
      probing = replicas.stream().map(this::startProbing).toList();
    }
  }

  private Thread startProbing(Replica replica) {
    Thread thread = new Thread(() -> probe(replica), "probes-" + deployment.deployedModelId());
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Ticks a replica when it is due; looks more often, for a process may end at any time. */
  private void probe(Replica replica) {
    try {
      while (replica.due() < Long.MAX_VALUE) {
        replica.tick(equipment.clock().nanos());
        Thread.sleep(LONGEST_PAUSE_MILLIS);
      }
    } catch (InterruptedException end) {
      // the replica is being closed
    } catch (RuntimeException e) {
      equipment.console().accept("A replica is given up: " + e.getMessage());
    }
  }

  Deployment deployment() {
    return deployment;
  }

  /** The deployed model's id, as in {@code AIP_DEPLOYED_MODEL_ID}. */
  public String id() {
    return deployment.deployedModelId();
  }

  /** The model that is deployed. */
  public UploadedModel model() {
    return deployment.model();
  }

  /** How many replicas get traffic now. */
  public int healthyReplicas() {
    return (int) replicas.stream().filter(Replica::healthy).count();
  }

  /** How many times containers were started again, all replicas together. */
  public int restarts() {
    return replicas.stream().mapToInt(Replica::restarts).sum();
  }

  /**
   * Waits until every replica has been healthy once (C1.39).
   *
   * @return this deployed model
   * @throws DeploymentException if a container ends before, or the deployment time-out passes
   */
  public DeployedReplicas awaitReady() {
    CompletableFuture<?>[] all =
        replicas.stream().map(Replica::ready).toArray(CompletableFuture<?>[]::new);
    Duration timeout = deployment.model().deploymentTimeout();
    try {
      CompletableFuture.allOf(all).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return this;
    } catch (ExecutionException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      throw new DeploymentException(String.valueOf(failure.getMessage()), failure);
    } catch (TimeoutException e) {
      throw new DeploymentException(
          "Model server never became ready: GET %s has not said 200 within %d s"
              .formatted(deployment.healthRoute(), timeout.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeploymentException("the deployment was interrupted", e);
    }
  }

  /** The replica whose turn it is among the healthy ones. */
  Optional<Replica> next() {
    List<Replica> healthy = replicas.stream().filter(Replica::healthy).toList();
    return healthy.isEmpty()
        ? Optional.empty()
        : Optional.of(healthy.get(Math.floorMod(turn.getAndIncrement(), healthy.size())));
  }

  /** Stops all replicas, as the platform does with an idle model; the next request starts them. */
  public synchronized void scaleToZero() {
    atZero = true;
    closeReplicas();
  }

  /**
   * Whether the model is at zero replicas or on its way up from there; then the replicas are
   * started, once.
   */
  boolean scalesFromZero() {
    if (!atZero) {
      return false;
    }
    if (healthyReplicas() > 0) {
      atZero = false;
      return false;
    }
    synchronized (this) {
      if (replicas.isEmpty() && !closed) {
        startReplicas();
      }
    }
    return true;
  }

  /** When the next probe is due. */
  long due() {
    return replicas.stream().mapToLong(Replica::due).min().orElse(Long.MAX_VALUE);
  }

  void tick(long now) {
    replicas.forEach(replica -> replica.tick(now));
  }

  private void closeReplicas() {
    probing.forEach(Thread::interrupt);
    replicas.parallelStream().forEach(Replica::close);
    replicas = List.of();
  }

  /** Stops all replicas: SIGTERM, then SIGKILL after the grace period (C1.44). */
  @Override
  public synchronized void close() {
    closed = true;
    closeReplicas();
  }
}
