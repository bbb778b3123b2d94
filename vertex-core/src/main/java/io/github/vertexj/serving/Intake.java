package io.github.vertexj.serving;

import io.github.vertexj.json.BytePool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits that requests are taken in under, and the memory of their bodies.
 *
 * <p>Thread-safe.
 */
final class Intake {

  /**
   * What requests are held to.
   *
   * @param maxBodyBytes the largest body
   * @param requestTimeout how long a reply may take from the complete body on
   */
  record Limits(int maxBodyBytes, Duration requestTimeout) {}

  private final BytePool pool;
  private final BodyBudget budget;
  private volatile Limits limits;

  Intake(BytePool pool, BodyBudget budget, Limits limits) {
    this.pool = pool;
    this.budget = budget;
    this.limits = limits;
  }

  /** Holds the requests to come to other limits. */
  void limit(Limits newLimits) {
    limits = newLimits;
  }

  /** Returns the reply to a body that is announced too large; null if it is not. */
  @Nullable Reply refusal(RequestHead head) {
    int most = limits.maxBodyBytes();
    return head.contentLength() > most ? Replies.tooLarge(most) : null;
  }

  /** Returns a call that takes in its body. */
  Call call(RequestHead head, Destination destination) {
    Limits now = limits;
    Body body = new Body(pool, budget, now.maxBodyBytes(), head.contentLength());
    return Call.of(head, destination, body, now.requestTimeout());
  }
}
