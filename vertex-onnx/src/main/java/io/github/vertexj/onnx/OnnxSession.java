package io.github.vertexj.onnx;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import io.github.vertexj.StartException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A model on one device, which all workers of that device run: closing it ends the runs under way
 * and waits for them, since to close a session during a run ends the process.
 *
 * <p>Thread-safe.
 */
final class OnnxSession implements AutoCloseable {
  /**
   * How often a run gives back what the arenas do not use, so that one peak is not kept for good.
   */
  private static final long SHRINK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final String SHRINK = "memory.enable_memory_arena_shrinkage";

  private final OrtSession delegate;
  private final Signature signature;
  private final String arenas;
  private final ReadWriteLock fence = new ReentrantReadWriteLock();
  private final Set<RunOptions> running = new HashSet<>();
  private final AtomicLong lastShrink = new AtomicLong(System.nanoTime());
  private boolean closed;

  private OnnxSession(OrtSession delegate, Signature signature, String arenas) {
    this.delegate = delegate;
    this.signature = signature;
    this.arenas = arenas;
  }

  /** What is done with the outputs of a run, which are freed after it. */
  interface Reading<T> {
    T read(OrtSession.Result result) throws OrtException;
  }

  /**
   * Loads a model.
   *
   * @throws StartException if ONNX Runtime refuses the file or the device, or the model has inputs
   *     or outputs that cannot be served
   */
  static OnnxSession load(Path file, SessionSettings settings) {
    OrtEnvironment environment = OrtLibrary.environment();
    try (OrtSession.SessionOptions options = settings.options()) {
      // By path: from bytes, external data would be looked for in the working directory.
      OrtSession session = environment.createSession(file.toString(), options);
      try {
        return new OnnxSession(session, Signature.read(session), settings.arenas());
      } catch (RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw OnnxFailures.load(file, e);
    }
  }

  /** The model's inputs and outputs. */
  Signature signature() {
    return signature;
  }

  /**
   * Runs the model on inputs by name.
   *
   * @throws IllegalStateException if the session is closed
   */
  <T> T run(Map<String, ? extends OnnxTensorLike> inputs, Reading<T> reading) throws OrtException {
    fence.readLock().lock();
    try (RunOptions options = new RunOptions()) {
      if (shrinks()) {
        options.addRunConfigEntry(SHRINK, arenas);
      }
      begin(options);
      try (OrtSession.Result result = delegate.run(inputs, options)) {
        return reading.read(result);
      } finally {
        end(options);
      }
    } finally {
      fence.readLock().unlock();
    }
  }

  /** The number of runs that have begun and not ended. */
  int runsUnderWay() {
    synchronized (running) {
      return running.size();
    }
  }

  private boolean shrinks() {
    long now = System.nanoTime();
    long last = lastShrink.get();
    return now - last >= SHRINK_NANOS && lastShrink.compareAndSet(last, now);
  }

  private void begin(RunOptions options) {
    synchronized (running) {
      if (closed) {
        throw new IllegalStateException("the model is closed");
      }
      running.add(options);
    }
  }

  private void end(RunOptions options) {
    synchronized (running) {
      running.remove(options);
    }
  }

  /** Ends the runs under way and closes the session; later runs are refused. */
  @Override
  public void close() {
    synchronized (running) {
      if (closed) {
        return;
      }
      closed = true;
      running.forEach(OnnxSession::terminate);
    }
    fence.writeLock().lock();
    try {
      delegate.close();
    } catch (OrtException e) {
      throw new IllegalStateException("the model cannot be closed", e);
    } finally {
      fence.writeLock().unlock();
    }
  }

  private static void terminate(RunOptions options) {
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException("a run cannot be ended", e);
    }
  }
}
