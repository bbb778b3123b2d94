package io.github.vertexj.serving;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Whether this server can predict now, and if not, why.
 *
 * <p>It only moves forward: starting, ready, draining; or failed, from which nothing leads back.
 * Thread-safe.
 */
public final class Readiness {

  /** The four answers. */
  public enum State {
    /** The model is being fetched, loaded or warmed up. */
    STARTING,
    /** Predictions are served. */
    READY,
    /** Accepted requests are being finished before the server ends. */
    DRAINING,
    /** The model could not be loaded, or its device is lost. */
    FAILED
  }

  private record Moment(State state, String reason, Reply health) {}

  private final CompletableFuture<String> failure = new CompletableFuture<>();
  private volatile Moment now = moment(State.STARTING, "starting");

  Readiness() {}

  /** The state now. */
  public State state() {
    return now.state;
  }

  /** Why the state is what it is, one line. */
  public String reason() {
    return now.reason;
  }

  /**
   * The promise of the reason once the state is {@link State#FAILED}. Dependents run on the thread
   * that found it out, and must not keep it.
   */
  public CompletionStage<String> failure() {
    return failure.minimalCompletionStage();
  }

  /** The reply to a health check: exactly 200 when ready, else 503 with the reason (C1.31). */
  Reply health() {
    return now.health;
  }

  /** Says how far loading is; without effect once it is over. */
  void starting(String stage) {
    move(State.STARTING, stage);
  }

  void ready() {
    move(State.READY, "ready");
  }

  void draining() {
    move(State.DRAINING, "draining");
  }

  void failed(String reason) {
    move(State.FAILED, reason);
    failure.complete(reason);
  }

  private synchronized void move(State state, String reason) {
    if (now.state.compareTo(state) <= 0) {
      now = moment(state, reason);
    }
  }

  private static Moment moment(State state, String reason) {
    String name = state.name().toLowerCase(Locale.ROOT);
    // Not by a mapper: to make the first one takes longer than to open the port.
    String quoted = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(reason));
    String json = "{\"status\":\"" + name + "\",\"reason\":\"" + quoted + "\"}";
    int status = state == State.READY ? Replies.OK : Replies.UNAVAILABLE;
    return new Moment(
        state, reason, Reply.of(status, json.getBytes(StandardCharsets.UTF_8), Map.of()));
  }
}
