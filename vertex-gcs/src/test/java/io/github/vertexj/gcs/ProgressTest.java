package io.github.vertexj.gcs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
  private final List<String> stages = new ArrayList<>();
  private long nanos;

  private Progress of(long total) {
    return new Progress("downloading", total, stages::add, () -> nanos);
  }

  @Test
  void report_saysHowMuchOfAll_inTheUnitOfAll() {
    Progress progress = of(3_000_000_000L);
    nanos += Duration.ofSeconds(1).toNanos();
    progress.add(1_234_000_000L);
    assertThat(stages)
        .containsExactly("downloading 0 %, 0.0 of 3.0 GB", "downloading 41 %, 1.2 of 3.0 GB");
  }

  @Test
  void reports_comeAFewTimesASecond() {
    Progress progress = of(1_000_000);
    for (int i = 0; i < 1000; i++) {
      nanos += Duration.ofMillis(1).toNanos();
      progress.add(1);
    }
    assertThat(stages).hasSize(1 + 4);
  }

  @Test
  void end_isAlwaysReported() {
    of(10).add(10);
    assertThat(stages).endsWith("downloading 100 %, 10 of 10 bytes");
  }

  @Test
  void hundredPercent_isSaidOnlyOfAll() {
    Progress progress = of(1000);
    nanos += Duration.ofSeconds(1).toNanos();
    progress.add(999);
    assertThat(stages).endsWith("downloading 99 %, 1.0 of 1.0 kB");
  }

  @Test
  void bytesTakenBack_areNotDone() {
    Progress progress = of(1000);
    progress.add(500);
    nanos += Duration.ofSeconds(1).toNanos();
    progress.add(-300);
    assertThat(stages).endsWith("downloading 20 %, 0.2 of 1.0 kB");
  }

  @Test
  void nothingToDo_isDone() {
    of(0);
    assertThat(stages).containsExactly("downloading 100 %, 0 of 0 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "999, 999 bytes",
    "1000, 1.0 kB",
    "2500000, 2.5 MB",
    "5000000000000000, 5000.0 TB"
  })
  void size_hasTheUnitThatSuitsIt(long bytes, String size) {
    assertThat(Progress.size(bytes)).isEqualTo(size);
  }
}
