package io.github.vertexj;

import java.util.Collections;
import java.util.List;

/** A warm-up by samples: each alone, and the first in a batch as large as there will be. */
final class SampleWarmUp {
  private static final int ROUNDS = 3;

  private SampleWarmUp() {}

  static <I, P> void run(Predictor<I, P> predictor, List<I> samples, int maxBatchSize)
      throws Exception {
    if (samples.isEmpty()) {
      return;
    }
    List<I> batch = Collections.nCopies(maxBatchSize, samples.get(0));
    for (int round = 0; round < ROUNDS; round++) {
      for (I sample : samples) {
        predictor.predict(Collections.singletonList(sample), Parameters.absent());
      }
      predictor.predict(batch, Parameters.absent());
    }
  }
}
