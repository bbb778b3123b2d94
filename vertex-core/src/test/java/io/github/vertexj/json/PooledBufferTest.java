package io.github.vertexj.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PooledBufferTest {
  private final BytePool pool = BytePool.of(1 << 20);

  @Test
  void append_beyondTheFirstMemory_keepsAllBytes() {
    try (PooledBuffer buffer = PooledBuffer.lease(pool)) {
      StringBuilder expected = new StringBuilder();
      for (int i = 0; i < 10_000; i++) {
        buffer.append("n" + i);
        buffer.append(',');
        expected.append('n').append(i).append(',');
      }
      assertThat(buffer.length()).isEqualTo(expected.length());
      assertThat(new String(buffer.array(), 0, buffer.length(), StandardCharsets.US_ASCII))
          .isEqualTo(expected.toString());
    }
  }

  @Test
  void reserve_moreThanDouble_makesRoom() {
    try (PooledBuffer buffer = PooledBuffer.lease(pool)) {
      buffer.append('x');
      assertThat(buffer.reserve(100_000)).hasSizeGreaterThanOrEqualTo(100_001).startsWith('x');
    }
  }

  @Test
  void growing_givesTheSmallerMemoryBack() {
    try (PooledBuffer buffer = PooledBuffer.lease(pool)) {
      int first = buffer.array().length;
      buffer.reserve(first + 1);
      assertThat(pool.pooledBytes()).isEqualTo(first);
    }
  }

  @Test
  void close_twice_givesTheMemoryBackOnce() {
    PooledBuffer buffer = PooledBuffer.lease(pool);
    int bytes = buffer.array().length;
    buffer.close();
    buffer.close();
    assertThat(pool.pooledBytes()).isEqualTo(bytes);
    assertThat(buffer.length()).isZero();
  }

  @Test
  void array_closed_refused() {
    PooledBuffer buffer = PooledBuffer.lease(pool);
    buffer.close();
    assertThatIllegalStateException().isThrownBy(buffer::array);
    assertThatIllegalStateException().isThrownBy(() -> buffer.append('x'));
  }
}
