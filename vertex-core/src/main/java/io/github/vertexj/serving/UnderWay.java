package io.github.vertexj.serving;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.github.vertexj.batch.BatcherClosedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The requests that an author's conversions may be at work on, or will be: the model is not closed
 * under them.
 *
 * <p>Thread-safe.
 */
final class UnderWay {
  private final Map<CompletableFuture<@Nullable Void>, CompletableFuture<Reply>> requests =
      new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * Counts a request in.
   *
   * @param promise of its reply, for {@link #giveUp}
   * @return to be run when it is over; later runs do nothing
   * @throws BatcherClosedException after {@link #close}
   */
  Runnable begin(CompletableFuture<Reply> promise) {
    CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    requests.put(over, promise);
    Runnable end =
        () -> {
          requests.remove(over);
          over.complete(null);
        };
    if (closed) { // looked at after the put, as close looks at the requests after it has set it
      end.run();
      throw stopping();
    }
    return end;
  }

  /**
   * Lets no more requests begin, and waits for those that have.
   *
   * @return whether all are over
   */
  boolean close(Duration patience) {
    closed = true;
    try {
      CompletableFuture.allOf(requests.keySet().toArray(CompletableFuture[]::new))
          .get(patience.toNanos(), NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new AssertionError("nothing fails these promises", e);
    }
  }

  /** Answers the requests that are not over. */
  void giveUp() {
    requests.values().forEach(promise -> promise.complete(Replies.failure(stopping())));
  }

  private static BatcherClosedException stopping() {
    return new BatcherClosedException("The server is stopping");
  }
}
