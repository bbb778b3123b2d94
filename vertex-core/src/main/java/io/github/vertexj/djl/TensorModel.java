package io.github.vertexj.djl;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.Predictor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.BatchProof;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded TorchScript model, tensors in and tensors out: what its file says, and what was found
 * out where that does not suffice.
 *
 * <p>Thread-safe.
 */
final class TensorModel {
  private static final Logger LOG = LoggerFactory.getLogger(TensorModel.class);

  private final Replicas replicas;
  private final ModelCalls calls;
  private final List<TensorSpec> found;

  private TensorModel(Replicas replicas, ModelCalls calls, List<TensorSpec> found) {
    this.replicas = replicas;
    this.calls = calls;
    this.found = found;
  }

  /**
   * Looks into a model's file, and tries the model where nothing is declared.
   *
   * @param specs what is declared about the inputs; empty if nothing
   * @throws io.github.vertexj.StartException if the model can never be fed, or its answers never be
   *     written
   */
  static TensorModel of(Replicas replicas, List<TensorSpec> specs, TorchSettings settings) {
    ScriptCode code = ScriptCode.read(replicas.file());
    BatchProof proof = new BatchProof(settings.joining(), tolerance(replicas, settings));
    ModelCalls calls = ModelCalls.of(code, specs, settings, proof);
    List<TensorSpec> found = List.of();
    if (!calls.inputs().declared()) {
      try (WorkerModel worker = replicas.ofWorker(0)) {
        found =
            InputGuess.find(
                new TensorPredictor(worker, calls),
                calls.inputs(),
                TorchScript.weightShapes(worker.delegate().getBlock()));
      }
      calls = calls.with(calls.inputs().found(found));
    }
    TensorModel model = new TensorModel(replicas, calls, found);
    LOG.info("Loaded {}, {}", replicas.file(), model.describe());
    return model;
  }

  /** How much the answers of a model may differ and be the same. */
  static double tolerance(Replicas replicas, TorchSettings settings) {
    if (settings.precision() != Precision.FP32) {
      return BatchProof.HALF_PRECISION;
    }
    return replicas.plan().onGpus() ? BatchProof.GPU_PRECISION : BatchProof.SINGLE_PRECISION;
  }

  /** What was found out about the model's batches. */
  String description() {
    return calls.proof().description();
  }

  private String describe() {
    ForwardSignature signature = calls.signature();
    String forward =
        signature == null
            ? "forward(?), whose arguments the file does not show: tensors go by their order"
            : signature.toString();
    InputTypes inputs = calls.inputs();
    if (inputs.declared()) {
      return forward + ", an instance is " + inputs.specs();
    }
    return forward
        + (found.isEmpty()
            ? ", numbers are read as " + inputs.numbers()
            : ", an instance is read as " + inputs.specs() + ", found by trying");
  }

  /** How requests are read. */
  InstanceReader<Tensors> reader() {
    return calls.inputs().reader();
  }

  /** Makes the predictor of a worker. */
  TensorPredictor predictor(int worker) {
    return new TensorPredictor(replicas.ofWorker(worker), calls);
  }

  /** Warms a predictor up, the first of which proves what holds for all. */
  void warmUp(Predictor<Tensors, Tensors> predictor, List<Tensors> samples, int maxBatchSize)
      throws Exception {
    WarmUp.run(predictor, new WarmUp.Known(calls, found), samples, maxBatchSize);
  }
}
