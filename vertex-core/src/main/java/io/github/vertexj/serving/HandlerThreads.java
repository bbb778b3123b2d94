package io.github.vertexj.serving;

import io.github.vertexj.ClientGoneException;
import io.github.vertexj.OverloadedException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bounded number of threads that raw handlers may hold up, one that keeps time for them and for
 * conversions, and some for what is due again and again, which need not wait until a handler is
 * done.
 *
 * <p>Threads are made when needed and end when idle: a server without raw handlers and conversions
 * has none. Thread-safe.
 */
final class HandlerThreads {
  private static final int IDLE_SECONDS = 10;

  private final int most;
  private final AtomicInteger tasks = new AtomicInteger(); // that run or wait
  private final ThreadPoolExecutor threads;
  private final ThreadPoolExecutor beats;
  private final ScheduledThreadPoolExecutor clock;

  /**
   * Creates threads.
   *
   * @param most how many tasks run at a time, at least 1; as many more wait
   */
  HandlerThreads(int most) {
    this.most = most;
    threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(most),
            named("vertex-raw-"));
    threads.allowCoreThreadTimeOut(true);
    beats =
        new ThreadPoolExecutor(
            0,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            named("vertex-raw-beat-"),
            new ThreadPoolExecutor.DiscardPolicy()); // then the next time
    clock = new ScheduledThreadPoolExecutor(1, named("vertex-raw-clock-"));
    clock.setRemoveOnCancelPolicy(true); // most alarms are set for minutes, and for nothing
  }

  private static ThreadFactory named(String prefix) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, prefix + number.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Runs a task, now or when a thread is free.
   *
   * @throws OverloadedException if too many run and wait already
   * @throws ClientGoneException if no more tasks are taken, because the server ends
   */
  void run(Runnable task) {
    tasks.incrementAndGet();
    try {
      execute(task);
    } catch (RejectedExecutionException e) {
      throw threads.isShutdown()
          ? serverEnds()
          : new OverloadedException(
              "too many requests of this kind are under way; send this one again later");
    }
  }

  private static ClientGoneException serverEnds() {
    return new ClientGoneException("the server is shutting down");
  }

  /**
   * Runs a task now, if a thread is free for it; it never waits in others' way.
   *
   * @return whether a thread is
   */
  boolean runIfFree(Runnable task) {
    if (tasks.getAndIncrement() >= most) {
      tasks.decrementAndGet();
      return false;
    }
    try {
      execute(task);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  private void execute(Runnable task) {
    try {
      threads.execute(
          () -> {
            try {
              task.run();
            } finally {
              tasks.decrementAndGet();
            }
          });
    } catch (RejectedExecutionException e) {
      tasks.decrementAndGet();
      throw e;
    }
  }

  /**
   * Runs a quick task once, later.
   *
   * @throws ClientGoneException if these are closed, because the server ends
   */
  ScheduledFuture<?> after(Duration delay, Runnable task) {
    try {
      return clock.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      throw serverEnds();
    }
  }

  /**
   * Runs a task again and again, though all other threads are taken.
   *
   * @throws ClientGoneException if these are closed, because the server ends
   */
  ScheduledFuture<?> every(Duration period, Runnable task) {
    long nanos = period.toNanos();
    try {
      return clock.scheduleWithFixedDelay(
          () -> beats.execute(task), nanos, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      throw serverEnds();
    }
  }

  /**
   * Takes no more tasks and waits until those it has are done.
   *
   * @return whether they are
   */
  boolean drain(Duration longest) {
    threads.shutdown();
    try {
      return threads.awaitTermination(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return threads.isTerminated();
    }
  }

  /** Takes no more tasks, and interrupts those that run still. */
  void close() {
    threads.shutdownNow();
    clock.shutdownNow();
    beats.shutdownNow();
  }
}
