package io.github.vertexj.gcs;

import io.github.vertexj.artifact.ArtifactException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The running of tasks on several threads until all are done or one has failed. */
final class Parallel {
  // Small files need many, for each waits for a reply; decrypting large ones keeps cores busy.
  private static final int THREADS =
      Math.max(8, Math.min(32, 2 * Runtime.getRuntime().availableProcessors()));

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final long LAST_WORDS_SECONDS = 2;

  private Parallel() {}

  /**
   * Runs tasks.
   *
   * @throws IOException what the first failing task has thrown; the others are interrupted
   */
  static void run(List<Callable<@Nullable Void>> tasks) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS, Parallel::thread);
    CompletionService<@Nullable Void> running = new ExecutorCompletionService<>(threads);
    try {
      tasks.forEach(running::submit);
      for (int done = 0; done < tasks.size(); done++) {
        running.take().get();
      }
    } catch (ExecutionException e) {
      throw thrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ArtifactException("the download was interrupted", e);
    } finally {
      end(threads);
    }
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "vertex-gcs-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  private static IOException thrown(@Nullable Throwable failure) {
    if (failure instanceof IOException known) {
      return known;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException(failure);
  }

  /** Ends the threads; one that waits for the network may take longer, and then does no harm. */
  private static void end(ExecutorService threads) {
    threads.shutdownNow();
    try {
      boolean unused = threads.awaitTermination(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
