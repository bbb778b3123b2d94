package io.github.vertexj.envelope;

import io.github.vertexj.Parameters;
import io.github.vertexj.json.Lease;
import java.util.Collections;
import java.util.List;
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
  private final Lease memory;

  /**
   * Creates a request.
   *
   * @param instances those that could be read
   * @param faults null if a fault fails the request
   * @param memory what the tensors among the instances view
   */
  public PredictRequest(
      List<@Nullable I> instances,
      Parameters parameters,
      @Nullable InstanceFaults faults,
      Lease memory) {
    this.instances = instances;
    this.parameters = parameters;
    this.faults = faults;
    this.memory = memory;
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
   * Returns this request with its instances converted. It shares this one's memory, so that one of
   * the two is closed; and its faults, so that nobody may look at them meanwhile.
   *
   * @param converted one for each of {@link #instances}, in order; those that have an error by now
   *     are left out, as if they could not have been read
   */
  public <A> PredictRequest<A> with(List<@Nullable A> converted) {
    List<@Nullable A> left = faults == null ? converted : faults.leaveOut(converted);
    return new PredictRequest<>(Collections.unmodifiableList(left), parameters, faults, memory);
  }

  /** Gives the tensors' memory back: nobody may read them from now on. Later calls do nothing. */
  @Override
  public void close() {
    memory.close();
  }
}
