package io.github.vertexj.djl;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.github.vertexj.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A TorchScript model on one device, which can be called from many threads and closes only when no
 * call is under way: closing a model during a forward would end the process.
 *
 * <p>Thread-safe.
 */
final class FencedModel implements AutoCloseable {
  private final Model delegate;
  private final Casts casts;
  private final int threads;
  private final ReadWriteLock fence = new ReentrantReadWriteLock();
  private boolean closed;

  private FencedModel(Model delegate, Casts casts, int threads) {
    this.delegate = delegate;
    this.casts = casts;
    this.threads = threads;
  }

  /** A call's work with the model; every tensor of the manager is freed when it ends. */
  interface Call<T> {
    T run(NDManager manager) throws Exception;
  }

  /**
   * Loads a model.
   *
   * @throws StartException if libtorch refuses the file, or its weights are not of the precision
   */
  static FencedModel load(
      Path file, Device device, Map<String, String> options, int threads, Precision precision) {
    String name = String.valueOf(file.getFileName());
    TorchScript.useThreads(threads);
    Model model = Model.newInstance(name, device, TorchScript.ENGINE);
    try {
      model.load(file.toAbsolutePath().getParent(), name, options);
      precision.check(TorchScript.weightTypes(model.getBlock()));
      TorchScript.evaluate(model.getBlock());
      return new FencedModel(model, new Casts(model.getNDManager(), precision), threads);
    } catch (IOException | MalformedModelException | EngineException e) {
      model.close();
      throw TorchFailures.load(file, e);
    } catch (StartException e) {
      model.close();
      throw e;
    }
  }

  /** The model as DJL's translators know it; only to be used within {@link #call}. */
  Model delegate() {
    return delegate;
  }

  /**
   * Runs a call with a manager of its own.
   *
   * @throws IllegalStateException if the model is closed
   */
  <T> T call(Call<T> call) throws Exception {
    fence.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the model is closed");
      }
      TorchScript.useThreads(threads);
      try (NDManager manager = delegate.getNDManager().newSubManager()) {
        return call.run(manager);
      }
    } finally {
      fence.readLock().unlock();
    }
  }

  /**
   * Runs a method of the script, {@code forward} as a rule, within a call: inputs are cast to the
   * model's precision, and outputs of half precision come as float32.
   */
  TorchScript.Answer run(String method, List<TorchScript.Argument> arguments, NDManager manager) {
    List<TorchScript.Argument> inputs = casts.inputs(arguments, manager);
    TorchScript.Answer answer =
        TorchScript.run(delegate.getBlock(), method, inputs, manager, casts::none);
    return casts.outputs(answer, manager);
  }

  /** Closes the model when the calls under way have ended; later ones are refused. */
  @Override
  public void close() {
    fence.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        delegate.close();
      }
    } finally {
      fence.writeLock().unlock();
    }
  }
}
