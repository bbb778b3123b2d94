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
  private final MemoryBudget budget;
  private final Uploads uploads;
  private volatile Limits limits;

  Intake(BytePool pool, MemoryBudget budget, Limits limits, Uploads uploads) {
    this.pool = pool;
    this.budget = budget;
    this.limits = limits;
    this.uploads = uploads;
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
    RequestMemory memory = new RequestMemory(budget);
    Body body = new Body(pool, memory, now.maxBodyBytes(), head.contentLength());
    Call call = new Call(head, destination, new Call.Holdings(body, memory), now.requestTimeout());
    call.begin(uploads);
    return call;
  }
}
