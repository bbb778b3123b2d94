package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.Tensors;
import java.util.List;

/**
 * Predicts tensors from tensors: one forward for a batch.
 *
 * <p>While a batch is here, other threads read requests and write replies, and the next batch
 * gathers in the queue. The batch's own way is one step after the other: it is stacked in memory of
 * the host, copied to the device, run, and copied back. On a GPU that is all DJL allows: it has
 * neither pinned memory nor a copy that returns before it is done, and every thread launches into
 * the device's default stream. So copies and forwards on one GPU take turns, and what a second
 * worker there ({@code gpu.maxWorkers=2}, which shares the weights) can overlap is the host's part:
 * it stacks its batch and takes apart its outputs while the other's forward runs.
 *
 * <p>DJL's property {@code ai.djl.pytorch.enable_cuda_stream} has to stay off: a forward would run
 * in a stream of its own, and nothing would wait for that before the outputs are copied.
 */
final class TensorPredictor implements Predictor<Tensors, Tensors> {
  private final FencedModel model;
  private final ForwardCall forward;
  private final BatchBuffer buffer = new BatchBuffer();

  TensorPredictor(FencedModel model, ForwardCall forward) {
    this.model = model;
    this.forward = forward;
  }

  @Override
  public List<Tensors> predict(List<Tensors> instances, Parameters parameters) throws Exception {
    requireStackable(instances);
    try {
      return model.call(manager -> predict(instances, manager));
    } catch (InvalidInputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw TorchFailures.call(e, instances.get(0));
    }
  }

  private List<Tensors> predict(List<Tensors> instances, NDManager manager) {
    List<NDArray> stacked = buffer.stack(instances, manager);
    List<TorchScript.Argument> arguments = forward.arguments(instances.get(0), stacked);
    return OutputRows.split(model.run("forward", arguments, manager), instances.size());
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
