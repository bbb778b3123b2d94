package io.github.vertexj.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream on a GPU that belongs to one worker: the copies and forwards in it are done one after
 * the other, and beside those in other streams.
 *
 * <p>DJL's calls go to the current stream of the thread that makes them. That is the device's
 * default one for every thread, so that the batches of all workers would take turns; DJL cannot
 * choose another, but a script of ours can ask libtorch for it. With a stream each, one worker's
 * batch is copied while the forward of another's runs. Nothing waits across streams, and nothing
 * has to: a call's tensors are its own, and it waits for its stream when it copies its outputs.
 *
 * <p>Not thread-safe, as the predictor whose worker it belongs to.
 */
final class CudaStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CudaStream.class);
  private static final String SCRIPT = "cuda.pt";

  private final PtSymbolBlock script;
  private final IValue stream;

  private CudaStream(PtSymbolBlock script, IValue stream) {
    this.script = script;
    this.stream = stream;
  }

  /**
   * Makes a stream on a model's GPU; null if libtorch has none to give.
   *
   * @param model the model's manager, as long as which the script lives
   */
  static @Nullable CudaStream of(NDManager model) {
    try (IValue device = IValue.from(model.getDevice().getDeviceId())) {
      Block script = TorchScript.load(CudaStream.class, SCRIPT, model);
      IValue stream = IValueUtils.runMethod((PtSymbolBlock) script, "stream", device);
      return new CudaStream((PtSymbolBlock) script, stream);
    } catch (RuntimeException e) {
      LOG.warn(
          "Workers on {} share a stream, and will wait for one another's copies: libtorch has no"
              + " other for them",
          model.getDevice(),
          e);
      return null;
    }
  }

  /** Lets what this thread asks of the GPU from now on go to the stream. */
  void use() {
    run("use");
  }

  /**
   * Waits for all that was asked of the GPU in the stream. The thread sleeps meanwhile; when it
   * copies an output, CUDA would have it look again and again, and so take a processor.
   */
  void await() {
    run("wait");
  }

  private void run(String method) {
    IValueUtils.runMethod(script, method, stream).close();
  }

  @Override
  public void close() {
    stream.close();
  }
}
