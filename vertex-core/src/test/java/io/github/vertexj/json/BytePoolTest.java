package io.github.vertexj.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Index;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BytePoolTest {
  private static final int KIB = 1024;

  @ParameterizedTest
  @CsvSource({"0,1024", "1,1024", "1024,1024", "1025,2048", "5000,8192", "1048576,1048576"})
  void lease_anyLength_isTheNextPowerOfTwo(int asked, int length) {
    assertThat(BytePool.of(KIB).lease(asked)).hasSize(length);
  }

  @Test
  void lease_afterRelease_isTheSameArrayAsItWasLeft() {
    BytePool pool = BytePool.of(64 * KIB);
    byte[] array = pool.lease(3000);
    array[17] = 42;
    pool.release(array);

    assertThat(pool.pooledBytes()).isEqualTo(4096);
    assertThat(pool.lease(4096)).isSameAs(array).contains(42, Index.atIndex(17));
    assertThat(pool.pooledBytes()).isZero();
  }

  @Test
  void lease_otherLength_isAnotherArray() {
    BytePool pool = BytePool.of(64 * KIB);
    byte[] array = pool.lease(4096);
    pool.release(array);

    assertThat(pool.lease(2048)).isNotSameAs(array);
    assertThat(pool.lease(8192)).isNotSameAs(array);
  }

  @Test
  void release_beyondTheBound_keepsNoMoreThanIt() {
    BytePool pool = BytePool.of(10 * KIB);
    List<byte[]> arrays = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      arrays.add(pool.lease(4 * KIB));
    }
    arrays.forEach(pool::release);

    assertThat(pool.pooledBytes()).isEqualTo(8 * KIB);
  }

  @Test
  void release_arrayThePoolNeverLends_isIgnored() {
    BytePool pool = BytePool.of(64 * KIB);
    pool.release(new byte[0]);
    pool.release(new byte[512]);
    pool.release(new byte[3000]);

    assertThat(pool.pooledBytes()).isZero();
  }

  @Test
  void of_zero_keepsNothing() {
    BytePool pool = BytePool.of(0);
    pool.release(pool.lease(KIB));

    assertThat(pool.pooledBytes()).isZero();
  }

  @Test
  void negativeSizes_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> BytePool.of(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> BytePool.of(KIB).lease(-1));
  }

  @Test
  void lease_byManyThreads_isNeverSharedAndTheBoundHolds() throws Exception {
    BytePool pool = BytePool.of(32 * KIB);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> clean = new ArrayList<>();
      for (int i = 1; i <= 4; i++) {
        byte mark = (byte) i;
        clean.add(threads.submit(() -> useAlone(pool, mark)));
      }
      for (Future<Boolean> thread : clean) {
        assertThat(thread.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(pool.pooledBytes()).isBetween(1L, 32L * KIB);
  }

  private static boolean useAlone(BytePool pool, byte mark) {
    SplittableRandom random = new SplittableRandom(mark);
    boolean alone = true;
    for (int round = 0; round < 3_000; round++) {
      byte[] array = pool.lease(random.nextInt(4 * KIB));
      Arrays.fill(array, mark);
      Thread.yield();
      for (byte found : array) {
        alone &= found == mark;
      }
      pool.release(array);
    }
    return alone;
  }
}
