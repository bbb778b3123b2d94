package io.github.vertexj.emulator;

import java.time.Duration;
import java.util.List;

/**
 * A probe of a container: what is tried, how often, and how many answers in a row count (C1.25,
 * C1.29).
 *
 * <p>Immutable.
 *
 * @param action what is tried
 * @param initialDelay the time from the start of the container to the first try
 * @param period the time from one try to the next
 * @param timeout how long an answer may take
 * @param failureThreshold so many bad answers in a row make the probe fail
 * @param successThreshold so many good answers in a row make it pass
 */
public record Probe(
    Action action,
    Duration initialDelay,
    Duration period,
    Duration timeout,
    int failureThreshold,
    int successThreshold) {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final int FOUR_TRIES = 4;

  /** What a probe tries (C1.27); the {@code grpc} kind is not emulated. */
  public sealed interface Action {}

  /**
   * A GET of a path on the container's port.
   *
   * @param exactly200 whether only 200 is good, as in the platform's own health check (C1.31); else
   *     200 to 399, as in Kubernetes, which is an assumption
   */
  public record HttpGet(String path, boolean exactly200) implements Action {
    @Override
    public String toString() {
      return "GET " + path;
    }
  }

  /** A connection to the container's port. */
  public record TcpSocket() implements Action {
    @Override
    public String toString() {
      return "a connection";
    }
  }

  /** A command inside the container, without a shell; exit status 0 is good (C1.28). */
  public record Exec(List<String> command) implements Action {
    /** Copies the command. */
    public Exec {
      command = List.copyOf(command);
      if (command.isEmpty()) {
        throw new IllegalArgumentException("a probe's command must have at least one word");
      }
    }
  }

  /** Checks the numbers against the platform's minima. */
  public Probe {
    if (initialDelay.isNegative()) {
      throw new IllegalArgumentException("initialDelay must not be negative: " + initialDelay);
    }
    if (period.isNegative() || period.isZero() || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("period and timeout of a probe must be positive");
    }
    if (failureThreshold < 1 || successThreshold < 1) {
      throw new IllegalArgumentException("the thresholds of a probe must be at least 1");
    }
  }

  /** Returns a probe with the defaults of the API: 10 s apart, 1 s each, 3 bad, 1 good (C1.29). */
  public static Probe of(Action action) {
    return new Probe(action, Duration.ZERO, TEN_SECONDS, Duration.ofSeconds(1), 3, 1);
  }

  /** Returns {@link #of} a GET of a path. */
  public static Probe httpGet(String path) {
    return of(new HttpGet(path, false));
  }

  /** Returns {@link #of} a command. */
  public static Probe exec(String... command) {
    return of(new Exec(List.of(command)));
  }

  /** Returns {@link #of} a connection. */
  public static Probe tcpSocket() {
    return of(new TcpSocket());
  }

  /** The health check of a container without a health probe (C1.31, C1.32). */
  static Probe platformHealth(String healthRoute) {
    return new Probe(
        new HttpGet(healthRoute, true), Duration.ZERO, TEN_SECONDS, TEN_SECONDS, FOUR_TRIES, 1);
  }

  /**
   * The liveness check of a container without a liveness probe (C1.22): four connections that fail,
   * and 10 s after each of them.
   */
  static Probe platformLiveness() {
    return new Probe(
        new TcpSocket(), TEN_SECONDS, TEN_SECONDS, Duration.ofSeconds(1), FOUR_TRIES, 1);
  }

  /** Returns this probe with another first delay. */
  public Probe withInitialDelay(Duration delay) {
    return new Probe(action, delay, period, timeout, failureThreshold, successThreshold);
  }

  /** Returns this probe with another period. */
  public Probe withPeriod(Duration time) {
    return new Probe(action, initialDelay, time, timeout, failureThreshold, successThreshold);
  }

  /** Returns this probe with another time-out. */
  public Probe withTimeout(Duration time) {
    return new Probe(action, initialDelay, period, time, failureThreshold, successThreshold);
  }

  /** Returns this probe with other thresholds. */
  public Probe withThresholds(int failures, int successes) {
    return new Probe(action, initialDelay, period, timeout, failures, successes);
  }
}
