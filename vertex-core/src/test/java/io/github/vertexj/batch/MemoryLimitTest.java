package io.github.vertexj.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryLimitTest {
  private final MemoryLimit limit = new MemoryLimit(32);

  @Test
  void failed_halves() {
    limit.failed(32);
    assertThat(limit.size()).isEqualTo(16);
    limit.failed(5);
    assertThat(limit.size()).isEqualTo(2);
  }

  @Test
  void failed_singleInstance_staysAtOne() {
    limit.failed(1);
    assertThat(limit.size()).isEqualTo(1);
  }

  @Test
  void failed_smallerThanKnown_doesNotRaise() {
    limit.failed(4);
    limit.failed(32);
    assertThat(limit.size()).isEqualTo(2);
  }

  @Test
  void fitted_oftenEnough_doublesUpToTheCeiling() {
    limit.failed(24);
    fit(12, MemoryLimit.PATIENCE - 1);
    assertThat(limit.size()).isEqualTo(12);
    fit(12, 1);
    assertThat(limit.size()).isEqualTo(24);
    fit(24, 3 * MemoryLimit.PATIENCE);
    assertThat(limit.size()).isEqualTo(32);
  }

  @Test
  void fitted_smallBatches_proveNothing() {
    limit.failed(32);
    fit(15, 10 * MemoryLimit.PATIENCE);
    assertThat(limit.size()).isEqualTo(16);
  }

  @Test
  void fitted_failureBetween_startsAnew() {
    limit.failed(32);
    fit(16, MemoryLimit.PATIENCE - 1);
    limit.failed(16);
    fit(8, MemoryLimit.PATIENCE - 1);
    assertThat(limit.size()).isEqualTo(8);
  }

  private void fit(int instances, int times) {
    for (int i = 0; i < times; i++) {
      limit.fitted(instances);
    }
  }
}
