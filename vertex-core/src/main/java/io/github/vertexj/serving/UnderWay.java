package io.github.vertexj.serving;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.github.vertexj.batch.BatcherClosedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an author's conversions are at work on, or will be: the model is not closed under them.
 *
 * <p>A reply that is promised may need them until it is made, or nobody waits for it any more. It
 * may also never be made, when its client has gone: so calls are counted for themselves, and have
 * to look, once they are, whether somebody waits. Thread-safe.
 */
@SuppressWarnings("CollectionUndefinedEquality") // promises are told apart by identity
final class UnderWay {
  private final Set<CompletableFuture<Reply>> replies = ConcurrentHashMap.newKeySet();
  private final Set<CompletableFuture<?>> calls = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Counts a reply until its promise is done.
   *
   * @throws BatcherClosedException after {@link #close}
   */
  void begin(CompletableFuture<Reply> promise) {
    replies.add(promise);
    var unused = promise.whenComplete((reply, failure) -> replies.remove(promise));
    requireOpen(); // after that, as close looks at what there is after it has set the flag
  }

  /** Runs a call on behalf of a reply that has begun. */
  <T> T call(Supplier<T> call) {
    CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    calls.add(over);
    try {
      return call.get();
    } finally {
      calls.remove(over);
      over.complete(null);
    }
  }

  /**
   * Runs a call that stands for itself.
   *
   * @throws BatcherClosedException after {@link #close}
   */
  <T> T callUnlessClosed(Supplier<T> call) {
    return call(
        () -> {
          requireOpen();
          return call.get();
        });
  }

  private void requireOpen() {
    if (closed) {
      throw stopping();
    }
  }

  /**
   * Lets nothing more begin, and waits for what has.
   *
   * @return whether all is over
   */
  boolean close(Duration patience) {
    closed = true;
    long until = System.nanoTime() + patience.toNanos();
    return await(replies, until) && await(calls, until);
  }

  private static boolean await(Set<? extends CompletableFuture<?>> promises, long until) {
    CompletableFuture<?>[] done =
        promises.stream()
            .map(promise -> promise.handle((value, failure) -> ""))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(done).get(Math.max(0, until - System.nanoTime()), NANOSECONDS);
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

  /** Answers the requests that have no reply. */
  void giveUp() {
    replies.forEach(promise -> promise.complete(Replies.failure(stopping())));
  }

  private static BatcherClosedException stopping() {
    return new BatcherClosedException("The server is stopping");
  }
}
