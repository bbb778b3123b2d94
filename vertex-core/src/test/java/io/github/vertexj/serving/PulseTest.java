package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that hang, by a clock of the test's. */
@Timeout(60)
class PulseTest {
  private final AtomicLong now = new AtomicLong();
  private final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
  private final Pulse pulse =
      new Pulse(now::get, Duration.ofSeconds(10), Duration.ofSeconds(5), lost::add);
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void open() {
    gate.countDown();
  }

  /** Returns once the predictor hangs. */
  private Thread hang() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    Predictor<Integer, Integer> hanging =
        pulse.of(
            (instances, parameters) -> {
              entered.countDown();
              gate.await();
              return instances;
            });
    Thread thread =
        new Thread(
            () -> {
              try {
                hanging.predict(List.of(1), Parameters.absent());
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    entered.await();
    return thread;
  }

  private void at(int seconds) {
    now.set(Duration.ofSeconds(seconds).toNanos());
    pulse.check();
  }

  @Test
  void allWorkersHang_isLostOnceTheyHadTheirTime() throws Exception {
    hang();
    hang();
    at(14);
    assertThat(lost).isEmpty();
    at(16);
    assertThat(lost.take()).contains("no worker has come back for 5 s");
  }

  @Test
  void oneWorkerIsFree_isNotLost() throws Exception {
    hang();
    pulse.of((instances, parameters) -> instances);
    at(1000);
    assertThat(lost).isEmpty();
  }

  @Test
  void workersThatComeBack_areTakenAgain() throws Exception {
    Thread hanging = hang();
    at(12);
    gate.countDown();
    hanging.join();
    at(1000);
    assertThat(lost).isEmpty();
  }

  @Test
  void noWorkers_areNotLost() {
    at(1000);
    assertThat(lost).isEmpty();
  }
}
