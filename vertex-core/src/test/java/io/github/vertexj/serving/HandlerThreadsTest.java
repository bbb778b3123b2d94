package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.ClientGoneException;
import io.github.vertexj.OverloadedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandlerThreadsTest {
  private final HandlerThreads threads = new HandlerThreads(2);
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void close() {
    gate.countDown();
    threads.close();
  }

  private void waitAtGate() {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void tasksBeyondTheThreads_waitUpToAsManyAgain_thenAreRejected() throws Exception {
    CountDownLatch done = new CountDownLatch(4);
    for (int task = 0; task < 4; task++) {
      threads.run(
          () -> {
            waitAtGate();
            done.countDown();
          });
    }
    assertThatThrownBy(() -> threads.run(() -> {})).isInstanceOf(OverloadedException.class);
    gate.countDown();
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void drain_finishesWhatRunsAndRefusesWhatComes_whichIsNoOverload() {
    threads.run(this::waitAtGate);
    assertThat(threads.drain(Duration.ofMillis(20))).isFalse();
    assertThatThrownBy(() -> threads.run(() -> {})).isInstanceOf(ClientGoneException.class);
    assertThat(threads.runIfFree(() -> {})).isFalse();
    gate.countDown();
    assertThat(threads.drain(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void close_interruptsWhatRuns() throws Exception {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    CountDownLatch running = new CountDownLatch(1);
    threads.run(
        () -> {
          running.countDown();
          waitAtGate();
          interrupted.complete(Thread.currentThread().isInterrupted());
        });
    running.await();
    threads.close();
    assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void clock_thatIsClosed_saysThatTheServerEnds() {
    threads.close();
    Duration second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> threads.after(second, () -> {}))
        .isInstanceOf(ClientGoneException.class);
    assertThatThrownBy(() -> threads.every(second, () -> {}))
        .isInstanceOf(ClientGoneException.class);
  }

  @Test
  void clock_runsTasksOnceAndAgain() throws Exception {
    CountDownLatch once = new CountDownLatch(1);
    CountDownLatch thrice = new CountDownLatch(3);
    var alarm = threads.after(Duration.ofMillis(1), once::countDown);
    var beat = threads.every(Duration.ofMillis(1), thrice::countDown);
    assertThat(once.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(thrice.await(10, TimeUnit.SECONDS)).isTrue();
    beat.cancel(false);
    assertThat(alarm.isCancelled()).isFalse();
  }

  @Test
  void clock_runsTasksThoughAllThreadsAreTaken_alsoWhileTheyAreDrained() throws Exception {
    threads.run(this::waitAtGate);
    threads.run(this::waitAtGate);
    threads.drain(Duration.ZERO);
    CountDownLatch thrice = new CountDownLatch(3);
    var beat = threads.every(Duration.ofMillis(1), thrice::countDown);
    assertThat(thrice.await(10, TimeUnit.SECONDS)).isTrue();
    beat.cancel(false);
  }

  @Test
  void clock_isNotHeldUpByATask() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    var beat =
        threads.every(
            Duration.ofMillis(1),
            () -> {
              running.countDown();
              waitAtGate();
            });
    running.await();
    CountDownLatch once = new CountDownLatch(1);
    threads.after(Duration.ofMillis(1), once::countDown);
    assertThat(once.await(10, TimeUnit.SECONDS)).isTrue();
    beat.cancel(false);
  }
}
