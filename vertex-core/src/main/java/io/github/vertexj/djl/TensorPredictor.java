package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.Output;
import java.util.List;

/**
 * Predicts tensors from tensors: one forward for a batch.
 *
 * <p>While a batch is here, other threads read requests and write replies, and the next batch
 * gathers in the queue. The batch's own way is one step after the other: it is stacked in memory of
 * the host, copied to the device, run, and copied back. On a GPU each worker has a {@link
 * CudaStream} of its own, so that all but the forward itself overlaps with the forwards of others.
 *
 * <p>DJL's property {@code ai.djl.pytorch.enable_cuda_stream} has to stay off: a forward would run
 * in yet another stream, and nothing would wait for that before the outputs are copied.
 */
final class TensorPredictor implements Predictor<Tensors, Tensors> {
  /**
   * 128 images of 3 × 224 × 224 take 77 MB, and fresh memory for each batch as long as a forward.
   */
  private static final int MOST_KEPT_BYTES = 256 << 20;

  private final WorkerModel model;
  private final ModelCalls calls;
  private final BatchBuffer buffer = new BatchBuffer(MOST_KEPT_BYTES);
  private final Predictor<Tensors, Tensors> proven;

  TensorPredictor(WorkerModel model, ModelCalls calls) {
    this.model = model;
    this.calls = calls;
    this.proven = calls.proof().predictor(this::run);
  }

  @Override
  public List<Tensors> predict(List<Tensors> instances, Parameters parameters) throws Exception {
    requireStackable(instances);
    List<Tensors> converted = calls.inputs().convert(instances);
    return proven.predict(converted, parameters);
  }

  /** One forward, whose outputs are not split. */
  Output run(List<Tensors> instances) throws Exception {
    try {
      return model.call(manager -> run(instances, manager));
    } catch (InvalidInputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw TorchFailures.call(
          e, instances.get(0), calls.inputs().chosenByCaller(instances.get(0)));
    }
  }

  private Output run(List<Tensors> instances, NDManager manager) {
    List<NDArray> stacked = buffer.stack(instances, manager);
    List<TorchScript.Argument> arguments = calls.forward().arguments(instances.get(0), stacked);
    return calls.outputs().copy(model.run("forward", arguments, manager));
  }

  @Override
  public void close() {
    model.close();
  }

  private static void requireStackable(List<Tensors> instances) {
    Tensors first = instances.get(0);
    for (int i = 0; i < instances.size(); i++) {
      Tensors instance = instances.get(i);
      if (instance == null || instance.size() == 0) {
        throw InvalidInputException.at(i, "an instance must be at least one tensor, not null");
      }
      if (!instance.stackableWith(first)) {
        throw InvalidInputException.at(
            i, "the instances of a batch must have equal names, types and shapes");
      }
    }
  }
}
