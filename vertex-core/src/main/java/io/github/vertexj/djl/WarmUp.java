package io.github.vertexj.djl;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.Shape;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.Probes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Predicts zeros until TorchScript has optimised the model: its first two calls are slow. */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int CALLS = 3;

  /** Taken for a dimension that may have any size. */
  private static final int ANY_SIZE = 16;

  private WarmUp() {}

  /**
   * Predicts batches of one and of the largest size, and proves whether batches may be joined.
   *
   * @param known what an instance is, and what the model was found to take
   * @param samples instances as clients send them; empty if there are none
   * @throws StartException if zeros of the fixed shapes declared or a sample cannot be predicted,
   *     or the model was saved in another precision than the settings say
   */
  static void run(
      Predictor<Tensors, Tensors> predictor, Known known, List<Tensors> samples, int maxBatchSize)
      throws Exception {
    if (samples.isEmpty()) {
      probes(predictor, known, maxBatchSize);
      zeros(predictor, known.calls().inputs(), maxBatchSize);
    } else {
      samples(predictor, samples, maxBatchSize);
    }
  }

  /**
   * What may be made up.
   *
   * @param found specifications that the model was found to take, where none is declared
   */
  record Known(ModelCalls calls, List<TensorSpec> found) {
    private List<List<Tensors>> probes() {
      InputTypes inputs = calls.inputs();
      return Probes.of(inputs.declared() ? inputs.required() : found, inputs.limits().places());
    }
  }

  /** Predicts instances that were made up, until it is known whether batches may be joined. */
  private static void probes(Predictor<Tensors, Tensors> predictor, Known known, int maxBatchSize) {
    for (List<Tensors> set : known.probes()) {
      if (!known.calls().proof().decided(set.get(0))) {
        try {
          predictor.predict(repeated(set, maxBatchSize), Parameters.absent());
        } catch (DeviceLostException e) {
          throw e;
        } catch (Exception e) {
          LOG.debug("The model does not take {}: {}", set.get(0), e.getMessage());
        }
      }
      if (known.calls().proof().decided(set.get(0))) {
        return;
      }
    }
  }

  private static List<Tensors> repeated(List<Tensors> instances, int size) {
    List<Tensors> repeated = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      repeated.add(instances.get(i % instances.size()));
    }
    return repeated;
  }

  private static void samples(
      Predictor<Tensors, Tensors> predictor, List<Tensors> samples, int maxBatchSize)
      throws Exception {
    for (int i = 0; i < samples.size(); i++) {
      try {
        predictor.predict(List.of(samples.get(i)), Parameters.absent());
      } catch (OutOfMemoryException e) {
        LOG.warn("The sample {} finds no memory", i + 1, e);
      } catch (RuntimeException e) {
        throw new StartException(
            "the model cannot predict the sample %d of samples.jsonl: %s"
                .formatted(i + 1, e.getMessage()),
            e);
      }
    }
    List<Tensors> alike =
        samples.stream().filter(sample -> sample.stackableWith(samples.get(0))).toList();
    for (int call = 0; call < CALLS; call++) {
      predictor.predict(repeated(alike, maxBatchSize), Parameters.absent());
    }
  }

  private static void zeros(
      Predictor<Tensors, Tensors> predictor, InputTypes inputs, int maxBatchSize) throws Exception {
    List<TensorSpec> specs = inputs.required();
    if (!inputs.declared()
        || specs.isEmpty()
        || specs.stream().anyMatch(spec -> spec.shape() == null)) {
      LOG.info("No warm-up: set option.inputs with shapes, or the first requests are slower");
      return;
    }
    boolean fixed = specs.stream().allMatch(spec -> spec.shape() != null && spec.shape().fixed());
    try {
      Tensors zeros = zeros(specs);
      for (int call = 0; call < CALLS; call++) {
        predictor.predict(List.of(zeros), Parameters.absent());
        predictor.predict(Collections.nCopies(maxBatchSize, zeros), Parameters.absent());
      }
    } catch (OutOfMemoryException e) {
      LOG.warn(
          "A batch of {} finds no memory and will be split: lower batch_size", maxBatchSize, e);
    } catch (RuntimeException e) {
      if (fixed || TorchFailures.wrongPrecision(e)) {
        throw new StartException(
            "the model cannot predict zeros of its inputs " + specs + ": " + e.getMessage(), e);
      }
      LOG.info("No warm-up: a guess at the open dimensions of {} failed", specs, e);
    }
  }

  private static Tensors zeros(List<TensorSpec> specs) {
    if (specs.size() == 1 && specs.get(0).name().isEmpty()) {
      return Tensors.of(zeros(specs.get(0)));
    }
    List<Tensor> tensors = new ArrayList<>();
    specs.forEach(spec -> tensors.add(zeros(spec)));
    return Tensors.named(specs.stream().map(TensorSpec::name).toList(), tensors);
  }

  private static Tensor zeros(TensorSpec spec) {
    int[] dimensions = spec.shape() == null ? new int[0] : spec.shape().toArray();
    for (int axis = 0; axis < dimensions.length; axis++) {
      dimensions[axis] = dimensions[axis] == Shape.ANY ? ANY_SIZE : dimensions[axis];
    }
    Shape shape = Shape.of(dimensions);
    return Tensor.view(spec.type(), shape, new byte[shape.elements() * spec.type().bytes()], 0);
  }
}
