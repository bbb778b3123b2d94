package io.github.vertexj.envelope;

import io.github.vertexj.Parameters;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A decoded envelope: instances in order, and parameters.
 *
 * <p>Tensors among the instances view memory that {@link #close} gives back to the pool. Immutable
 * and thread-safe.
 *
 * @param <I> an instance
 */
public final class PredictRequest<I> implements AutoCloseable {
  private final List<@Nullable I> instances;
  private final Parameters parameters;
  private final @Nullable InstanceFaults faults;
  private final BytePool pool;
  private final AtomicReference<byte @Nullable []> memory;

  PredictRequest(
      List<@Nullable I> instances,
      Parameters parameters,
      @Nullable InstanceFaults faults,
      BytePool pool,
      byte @Nullable [] memory) {
    this.instances = instances;
    this.parameters = parameters;
    this.faults = faults;
    this.pool = pool;
    this.memory = new AtomicReference<>(memory);
  }

  /** The instances that could be read, unmodifiable; {@code null} where the JSON said so. */
  public List<@Nullable I> instances() {
    return instances;
  }

  /** The parameters. */
  public Parameters parameters() {
    return parameters;
  }

  /** The instances at fault, those that could not be read first; null if a fault fails all. */
  public @Nullable InstanceFaults faults() {
    return faults;
  }

  /** Gives the tensors' memory back: nobody may read them from now on. Later calls do nothing. */
  @Override
  public void close() {
    byte[] leased = memory.getAndSet(null);
    if (leased != null) {
      pool.release(leased);
    }
  }
}
