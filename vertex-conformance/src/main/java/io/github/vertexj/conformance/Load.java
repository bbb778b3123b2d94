package io.github.vertexj.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Requests in number, bounded in rate, in time, and in how many may wait at once. */
final class Load {
  /** How many times as many requests as one after the other would be. */
  private static final int TIMES_SEQUENTIAL = 4;

  private static final double MOST_PER_SECOND = 400;
  private static final int MOST_WAITING = 128;
  private static final long LONGEST_HEALTH_PERIOD_MILLIS = 100;
  private static final int LEAST_HEALTH_POLLS = 20;
  private static final int TIMED = 3;
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * What came of open-loop load.
   *
   * @param notSent requests that were due while as many as allowed still waited
   */
  record Run(List<Exchange> predictions, List<Exchange> health, int notSent) {}

  private Load() {}

  /**
   * Sends predictions at a steady rate whatever the server does, four times what it would answer
   * one after the other, and asks for its health meanwhile.
   */
  static Run openLoop(Server server, Request request, Duration time)
      throws Verdict, InterruptedException {
    double perSecond = Math.min(MOST_PER_SECOND, TIMES_SEQUENTIAL / seconds(server, request));
    List<Exchange> health = Collections.synchronizedList(new ArrayList<>());
    AtomicBoolean over = new AtomicBoolean();
    Thread poll = daemon(() -> poll(server, health, healthPeriod(time), () -> !over.get()));
    poll.start();
    Arrivals arrivals = new Arrivals(server, request);
    int due = (int) Math.ceil(perSecond * time.toNanos() / NANOS_PER_SECOND);
    long start = System.nanoTime();
    for (int i = 0; i < due; i++) {
      TimeUnit.NANOSECONDS.sleep(
          start + (long) (i * NANOS_PER_SECOND / perSecond) - System.nanoTime());
      arrivals.next();
    }
    List<Exchange> predictions = arrivals.finish();
    over.set(true);
    poll.join();
    return new Run(predictions, List.copyOf(health), due - predictions.size());
  }

  /** Requests that do not wait for one another. Used by one thread. */
  private static final class Arrivals {
    private final Server server;
    private final Request request;
    private final List<Exchange> exchanges = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService threads = Executors.newCachedThreadPool(Load::daemon);
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    Arrivals(Server server, Request request) {
      this.server = server;
      this.request = request;
    }

    void next() {
      if (waiting.tryAcquire()) {
        threads.execute(
            () -> {
              exchanges.add(server.send(request).shortened());
              waiting.release();
            });
      }
    }

    List<Exchange> finish() throws InterruptedException {
      end(threads);
      return List.copyOf(exchanges);
    }
  }

  /** The usual time of the request. */
  private static double seconds(Server server, Request request) throws Verdict {
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < TIMED; i++) {
      Exchange exchange = server.send(request);
      exchange.expect(200);
      times.add(exchange.time());
    }
    Collections.sort(times);
    return times.get(TIMED / 2).toNanos() / NANOS_PER_SECOND;
  }

  private static long healthPeriod(Duration time) {
    return Math.min(LONGEST_HEALTH_PERIOD_MILLIS, time.toMillis() / LEAST_HEALTH_POLLS);
  }

  /** Asks for health again and again. */
  static void poll(
      Server server, Collection<Exchange> health, long periodMillis, BooleanSupplier goOn) {
    while (goOn.getAsBoolean()) {
      health.add(server.health().shortened());
      try {
        Thread.sleep(periodMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Clients that each send a request as soon as the one before is answered. Thread-safe. */
  static final class Clients {
    private final ExecutorService threads = Executors.newCachedThreadPool(Load::daemon);
    private final ConcurrentLinkedQueue<Exchange> exchanges = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    Clients(Server server, Request request, int count) {
      for (int i = 0; i < count; i++) {
        threads.execute(() -> send(server, request));
      }
    }

    private void send(Server server, Request request) {
      while (!over) {
        Exchange exchange = server.send(request);
        exchanges.add(exchange.shortened());
        over |= exchange.fate() == Exchange.Fate.REFUSED;
      }
    }

    int answered() {
      return (int) exchanges.stream().filter(Exchange::answered).count();
    }

    /** Waits for the replies under way; what was sent, in the order in which it ended. */
    List<Exchange> stop() throws InterruptedException {
      over = true;
      end(threads);
      return List.copyOf(exchanges);
    }
  }

  static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "load");
    thread.setDaemon(true);
    return thread;
  }

  private static void end(ExecutorService threads) throws InterruptedException {
    threads.shutdown();
    threads.awaitTermination(1, TimeUnit.HOURS); // each exchange has its own time limit
  }
}
