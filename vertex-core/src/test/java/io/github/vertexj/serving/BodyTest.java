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
  private MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE / 2);

  @Test
  void append_manyPieces_growsAndKeepsThem() {
    byte[] expected = new byte[100_000];
    Body body = body(1 << 20, -1);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (byte) (i * 31);
      assertThat(body.append(ByteBuffer.wrap(expected, i, 1))).isNull();
    }
    assertThat(Arrays.copyOf(body.array(), body.length())).isEqualTo(expected);
  }

  @Test
  void append_beyondTheCap_isRefusedForGoodAndChangesNothing() {
    Body body = body(10, -1);
    assertThat(body.append(ByteBuffer.allocate(10))).isNull();
    assertThat(status(body.append(ByteBuffer.allocate(1)))).isEqualTo(413);
    assertThat(status(body.append(ByteBuffer.allocate(0)))).isEqualTo(413);
    assertThat(body.length()).isEqualTo(10);
  }

  /** Sixty-one idle uploads of announced megabytes once kept everybody else out. */
  @Test
  void announcements_takeNothing_onlyBytesDo() {
    budget = new MemoryBudget(1 << 20);
    for (int idle = 0; idle < 500; idle++) {
      assertThat(body(10 << 20, 10 << 20).append(ByteBuffer.allocate(1))).isNull();
    }
    assertThat(body(1 << 20, 100_000).append(ByteBuffer.allocate(100_000))).isNull();
  }

  @Test
  void bodies_beyondTheBudget_areRefusedUntilOthersAreAnswered() {
    budget = new MemoryBudget(100_000);
    RequestMemory first = new RequestMemory(budget);
    Body body = new Body(pool, first, 1 << 20, -1);
    assertThat(body.append(ByteBuffer.allocate(60_000))).isNull();
    assertThat(status(body(1 << 20, -1).append(ByteBuffer.allocate(60_000)))).isEqualTo(429);
    body.release();
    assertThat(status(body(1 << 20, -1).append(ByteBuffer.allocate(60_000)))).isEqualTo(429);
    first.giveBack();
    first.giveBack();
    assertThat(body(1 << 20, -1).append(ByteBuffer.allocate(60_000))).isNull();
  }

  @Test
  void body_largerThanTheBudget_isTooLarge() {
    budget = new MemoryBudget(10);
    assertThat(status(body(1 << 20, -1).append(ByteBuffer.allocate(60_000)))).isEqualTo(413);
  }

  @Test
  void smallRequests_haveAReserveThatLargeOnesCannotTake() {
    budget = new MemoryBudget(1_000_000);
    RequestMemory large = new RequestMemory(budget);
    for (int i = 0; i < 7; i++) {
      large.take(100_000);
    }
    assertThat(status(body(1 << 20, -1).append(ByteBuffer.allocate(100_000)))).isEqualTo(429);
    for (int small = 0; small < 20; small++) {
      assertThat(body(1 << 20, -1).append(ByteBuffer.allocate(10_000))).isNull();
    }
  }

  @Test
  void append_moreThanTheHeapHas_isRefusedAndAnswered(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer largerThanAnyArray =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, Integer.MAX_VALUE);
      Body body = body(Integer.MAX_VALUE, -1);
      assertThat(status(body.append(largerThanAnyArray))).isEqualTo(503);
    }
  }

  private static int status(@org.jspecify.annotations.Nullable Reply reply) {
    return reply == null ? 0 : reply.status();
  }

  private Body body(long cap, long announced) {
    return new Body(pool, new RequestMemory(budget), cap, announced);
  }
}
