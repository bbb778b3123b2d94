package io.github.vertexj.envelope;

import io.github.vertexj.Parameters;
import java.util.Collections;
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
  private final AtomicReference<@Nullable Runnable> whenClosed;

  PredictRequest(
      List<@Nullable I> instances,
      Parameters parameters,
      @Nullable InstanceFaults faults,
      BytePool pool,
      byte @Nullable [] memory) {
    this(instances, parameters, faults, memory == null ? null : () -> pool.release(memory));
  }

  private PredictRequest(
      List<@Nullable I> instances,
      Parameters parameters,
      @Nullable InstanceFaults faults,
      @Nullable Runnable whenClosed) {
    this.instances = instances;
    this.parameters = parameters;
    this.faults = faults;
    this.whenClosed = new AtomicReference<>(whenClosed);
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

  /**
   * Returns this request with other instances, which are closed together; nobody may look at the
   * faults of this one meanwhile.
   *
   * @param converted one for each of {@link #instances}, in order; those that have an error by now
   *     are left out, as if they could not have been read
   * @param whenClosed run when the request that is returned is closed
   */
  public <A> PredictRequest<A> with(List<@Nullable A> converted, Runnable whenClosed) {
    return new PredictRequest<>(
        Collections.unmodifiableList(faults == null ? converted : faults.leaveOut(converted)),
        parameters,
        faults,
        () -> {
          close();
          whenClosed.run();
        });
  }

  /** Gives the tensors' memory back: nobody may read them from now on. Later calls do nothing. */
  @Override
  public void close() {
    Runnable first = whenClosed.getAndSet(null);
    if (first != null) {
      first.run();
    }
  }
}
