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
   * @param sets instances that can be stacked, the likeliest first; the first that the model takes
   *     is run
   * @throws StartException if the model can take no instance at all, or a batch is larger than the
   *     model's fixed one
   */
  static <I, P> void run(
      Predictor<I, P> predictor, Signature signature, List<List<I>> sets, int maxBatchSize)
      throws Exception {
    if (maxBatchSize > signature.mostRows(maxBatchSize) && signature.rows() > 1) {
      throw new StartException(
          "batch_size is %d, but the model's batch is fixed to %d; write batch_size=%d or less"
              .formatted(maxBatchSize, signature.rows(), signature.rows()));
    }
    RuntimeException last = null;
    for (List<I> set : sets) {
      try {
        run(predictor, set.get(0), signature.mostRows(maxBatchSize));
        return;
      } catch (OutOfMemoryException e) {
        logger.warn(
            "A batch of {} finds no memory and will be split: lower batch_size", maxBatchSize, e);
        return;
      } catch (DeviceLostException e) {
        throw e;
      } catch (RuntimeException e) {
        last = e;
      }
    }
    logger.warn(
        "No warm-up: instances made up for {} failed, or could not be made ({}); put a samples.jsonl"
            + " into the model directory",
        signature.inputs(),
        last == null ? "a shape is open" : last.getMessage());
  }

  private static <I, P> void run(Predictor<I, P> predictor, I instance, int most) throws Exception {
    for (int call = 0; call < CALLS; call++) {
      predictor.predict(List.of(instance), Parameters.absent());
      predictor.predict(Collections.nCopies(most, instance), Parameters.absent());
    }
  }
}
