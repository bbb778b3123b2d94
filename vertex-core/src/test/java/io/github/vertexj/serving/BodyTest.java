package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.json.BytePool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodyTest {
  private final BytePool pool = BytePool.of(1 << 20);
  private BodyBudget budget = new BodyBudget(Long.MAX_VALUE / 2);

  @Test
  void append_manyPieces_growsAndKeepsThem() {
    byte[] expected = new byte[100_000];
    try (Body body = body(1 << 20, -1)) {
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (byte) (i * 31);
        assertThat(body.append(ByteBuffer.wrap(expected, i, 1))).isTrue();
      }
      assertThat(Arrays.copyOf(body.array(), body.length())).isEqualTo(expected);
    }
  }

  @Test
  void append_beyondTheCap_isRefusedAndChangesNothing() {
    try (Body body = body(10, -1)) {
      assertThat(body.append(ByteBuffer.allocate(10))).isTrue();
      assertThat(body.append(ByteBuffer.allocate(1))).isFalse();
      assertThat(body.length()).isEqualTo(10);
    }
  }

  @Test
  void announcement_ofAGigabyte_leasesLittle() {
    try (Body body = body(Integer.MAX_VALUE, 1 << 30)) {
      assertThat(body.array().length).isLessThanOrEqualTo(1 << 20);
    }
  }

  @Test
  void bodies_beyondTheBudget_areRefusedUntilOthersAreAnswered() {
    budget = new BodyBudget(100_000);
    Body first = filled(60_000);
    Body second = body(1 << 20, -1);
    assertThat(second.append(ByteBuffer.allocate(60_000))).isFalse();
    assertThat(second.refusal().status()).isEqualTo(429);
    second.close();
    first.release();
    try (Body third = body(1 << 20, -1)) {
      assertThat(third.append(ByteBuffer.allocate(60_000))).isFalse();
    }
    first.close();
    first.close();
    filled(60_000).close();
  }

  @Test
  void body_largerThanTheBudget_isTakenWhenThereIsNoOther() {
    budget = new BodyBudget(10);
    filled(60_000).close();
    filled(60_000).close();
  }

  @Test
  void refusal_ofABodyBeyondTheCap_is413() {
    try (Body body = body(10, -1)) {
      assertThat(body.append(ByteBuffer.allocate(11))).isFalse();
      assertThat(body.refusal().status()).isEqualTo(413);
    }
  }

  @Test
  void append_moreThanTheHeapHas_isRefusedAndTakesNothing(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("sparse");
    budget = new BodyBudget(Integer.MAX_VALUE);
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Body body = body(Integer.MAX_VALUE, -1)) {
      ByteBuffer largerThanAnyArray =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, Integer.MAX_VALUE);
      assertThat(body.append(largerThanAnyArray)).isFalse();
      assertThat(body.refusal().status()).isEqualTo(429);
    }
    assertThat(budget.take(Integer.MAX_VALUE, -1)).isTrue();
  }

  private Body filled(int bytes) {
    Body body = body(1 << 20, -1);
    for (int i = 0; i < bytes; i += 1_000) {
      assertThat(body.append(ByteBuffer.allocate(1_000))).isTrue();
    }
    return body;
  }

  private Body body(long cap, long announced) {
    return new Body(pool, budget, cap, announced);
  }
}
