package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.json.BytePool;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Uploads that are too slow, by a clock of the test's. */
class UploadsTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
  private final Uploads uploads = new Uploads(now::get);

  private Call call() {
    RequestMemory memory = new RequestMemory(new MemoryBudget(1 << 20));
    Body body = new Body(BytePool.of(0), memory, 1 << 20, -1);
    Call call =
        new Call(
            Calls.predict(Map.of()),
            answered -> {},
            new Call.Holdings(body, memory),
            Duration.ofSeconds(1));
    call.begin(uploads);
    return call;
  }

  private void after(int seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    uploads.check();
  }

  @Test
  void nothingFor20Seconds_is408() {
    Call call = call();
    after(19);
    assertThat(call.reply()).isNotDone();
    after(2);
    assertThat(Calls.status(call)).isEqualTo(408);
    assertThat(call.append(ByteBuffer.allocate(1))).isFalse();
  }

  @Test
  void aByteNowAndThen_is408() {
    Call call = call();
    boolean open = true;
    int seconds = 0;
    for (; open && seconds < 100; seconds += 5) {
      open = call.append(ByteBuffer.allocate(1));
      after(5);
    }
    assertThat(seconds).isLessThan(40);
    assertThat(Calls.status(call)).isEqualTo(408);
  }

  @Test
  void kilobytesEachSecond_mayTakeAsLongAsTheyTake() {
    Call call = call();
    for (int seconds = 0; seconds < 100; seconds++) {
      assertThat(call.append(ByteBuffer.allocate(1_100))).isTrue();
      after(1);
    }
    assertThat(call.reply()).isNotDone();
  }

  @Test
  void callsThatRunOrAreClosed_areNotWatched() {
    Call running = call();
    running.run(Runnable::run, true);
    Call closed = call();
    closed.close();
    after(100);
    assertThat(running.reply()).isNotDone();
    assertThat(closed.reply()).isCancelled();
  }
}
