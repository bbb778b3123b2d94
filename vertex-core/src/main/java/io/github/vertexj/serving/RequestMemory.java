package io.github.vertexj.serving;

import io.github.vertexj.OverloadedException;
import io.github.vertexj.json.Allowance;

/**
 * What one request has taken of the memory for all: its body as it comes, what that becomes, and
 * its reply.
 *
 * <p>Thread-safe.
 */
final class RequestMemory implements Allowance {
  private final MemoryBudget budget;
  private long taken; // guarded by this

  RequestMemory(MemoryBudget budget) {
    this.budget = budget;
  }

  /**
   * Takes so many bytes more.
   *
   * @throws OverloadedException if others have taken them
   * @throws TooCostlyException if they were too many even if there were no others
   */
  @Override
  public synchronized void take(long bytes) {
    if (budget.take(bytes, taken)) {
      taken += bytes;
    } else if (taken + bytes > budget.mostOfOne()) {
      throw new TooCostlyException();
    } else {
      throw noRoom();
    }
  }

  /**
   * Takes bytes of a reply, which is made; if no other request has taken any, it may be of any
   * size.
   *
   * @throws OverloadedException if others have taken them
   */
  synchronized void takeReply(long bytes) {
    if (!budget.takeMade(bytes, taken)) {
      throw noRoom();
    }
    taken += bytes;
  }

  private static OverloadedException noRoom() {
    return new OverloadedException(
        "too many large requests are under way; send this one again later");
  }

  /** Gives everything back; may be called again. */
  synchronized void giveBack() {
    budget.give(taken);
    taken = 0;
  }

  /** Thrown when a request would take more memory than any may. */
  static final class TooCostlyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooCostlyException() {
      super("this request would take more memory than this server has for one; send less in it");
    }
  }
}
