package io.github.vertexj.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model as one worker uses it: the weights are shared with the device's other workers, what is
 * under way is its own.
 *
 * <p>Not thread-safe, as the predictor that it belongs to.
 */
final class WorkerModel implements AutoCloseable {
  private final FencedModel model;
  private final @Nullable CudaStream stream;

  WorkerModel(FencedModel model) {
    this.model = model;
    NDManager manager = model.delegate().getNDManager();
    this.stream = manager.getDevice().isGpu() ? CudaStream.of(manager) : null;
  }

  /** The model as DJL's translators know it; only to be used within {@link #call}. */
  Model delegate() {
    return model.delegate();
  }

  /** Runs a call as {@link FencedModel#call} does, on the worker's stream if that is on a GPU. */
  <T> T call(FencedModel.Call<T> call) throws Exception {
    return model.call(
        manager -> {
          if (stream != null) {
            stream.use();
          }
          return call.run(manager);
        });
  }

  /**
   * Runs a method of the script within a call, as {@link FencedModel#run} does, and waits for it.
   */
  TorchScript.Answer run(String method, List<TorchScript.Argument> arguments, NDManager manager) {
    TorchScript.Answer answer = model.run(method, arguments, manager);
    if (stream != null) {
      stream.await();
    }
    return answer;
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
    }
  }
}
