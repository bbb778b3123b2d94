package io.github.vertexj.onnx;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.StartException;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a new predictor at the sizes of batches that it will see: arenas grow, kernels are chosen.
 */
final class WarmUp {
  private static final Logger logger = LoggerFactory.getLogger(WarmUp.class);
  private static final int CALLS = 2;

  private WarmUp() {}

  /**
   * Predicts batches of one and of the largest size.
   *
   * @param samples instances as clients send them; empty if there are none
   * @param madeUp sets of instances that the model may take, the likeliest first
   * @throws StartException if a sample cannot be predicted, or a batch is larger than the model's
   *     fixed one
   */
  static <I, P> void run(
      Predictor<I, P> predictor, List<I> samples, List<List<I>> madeUp, int maxBatchSize)
      throws Exception {
    for (int i = 0; i < samples.size(); i++) {
      try {
        predictor.predict(List.of(samples.get(i)), Parameters.absent());
      } catch (OutOfMemoryException e) {
        logger.warn("The sample {} finds no memory", i + 1, e);
      } catch (DeviceLostException e) {
        throw e;
      } catch (RuntimeException e) {
        throw new StartException(
            "the model cannot predict the sample %d of samples.jsonl: %s"
                .formatted(i + 1, e.getMessage()),
            e);
      }
    }
    String fault = "a shape is open";
    for (List<I> set : samples.isEmpty() ? madeUp : List.of(samples)) {
      try {
        run(predictor, set.get(0), maxBatchSize);
        return;
      } catch (OutOfMemoryException e) {
        logger.warn(
            "A batch of {} finds no memory and will be split: lower batch_size", maxBatchSize, e);
        return;
      } catch (DeviceLostException e) {
        throw e;
      } catch (RuntimeException e) {
        fault = String.valueOf(e.getMessage());
      }
    }
    logger.warn(
        "No warm-up: no instance could be made up ({}); put a samples.jsonl into the model directory",
        fault);
  }

  private static <I, P> void run(Predictor<I, P> predictor, I instance, int most) throws Exception {
    for (int call = 0; call < CALLS; call++) {
      predictor.predict(List.of(instance), Parameters.absent());
      predictor.predict(Collections.nCopies(most, instance), Parameters.absent());
    }
  }
}
