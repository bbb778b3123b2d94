package io.github.vertexj.batch;

import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A predictor that multiplies by ten, remembers its batches and can be made to hang: an instance
 * {@link #BLOCK} blocks it until {@link #release}.
 */
final class TimesTen implements Predictor<Integer, Integer> {
  static final int BLOCK = -1;

  /** What happens before the predictions are made; may throw. */
  @FunctionalInterface
  interface Fault {
    void hit(List<Integer> instances) throws Exception;
  }

  final List<List<Integer>> batches = new CopyOnWriteArrayList<>();
  final List<Thread> threads = new CopyOnWriteArrayList<>();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger misuses = new AtomicInteger();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger users = new AtomicInteger();
  private final Fault fault;

  TimesTen() {
    this(instances -> {});
  }

  TimesTen(Fault fault) {
    this.fault = fault;
  }

  @Override
  public List<Integer> predict(List<Integer> instances, Parameters parameters) throws Exception {
    if (users.incrementAndGet() != 1 || closed.get() != 0) {
      misuses.incrementAndGet();
    }
    try {
      batches.add(new ArrayList<>(instances));
      threads.add(Thread.currentThread());
      if (instances.contains(BLOCK)) {
        entered.countDown();
        await(released);
      }
      fault.hit(instances);
      return instances.stream().map(instance -> instance * 10).toList();
    } finally {
      users.decrementAndGet();
    }
  }

  /** Waits until an instance {@link #BLOCK} has reached this predictor. */
  void awaitBlocked() throws InterruptedException {
    await(entered);
  }

  void release() {
    released.countDown();
  }

  @Override
  public void close() {
    if (users.get() != 0) {
      misuses.incrementAndGet();
    }
    closed.incrementAndGet();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody came");
    }
  }
}
