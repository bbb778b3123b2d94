package io.github.vertexj;

import java.util.List;

/**
 * A model's prediction function over a batch of instances.
 *
 * <p>The library calls {@link #predict} with the instances of one or several requests whose {@link
 * Parameters} are equal, never with an empty batch, and hands each request its own predictions.
 *
 * <p><b>Obligations.</b> Return exactly one prediction per instance, in the same order (C3.14): a
 * list of another size fails the whole batch. Do not keep the instances after {@code predict} has
 * returned: their memory is used again once the replies are written. A prediction may be a view of
 * its instance. The call may block for as long as it needs.
 *
 * <p><b>Thread-safety.</b> One predictor is used by one thread at a time, not always by the same
 * one; everything a call did is visible to the next. It need not be thread-safe, unless it is the
 * only one of several workers ({@link PredictorProvider#of(Class, Predictor)}).
 *
 * @param <I> an instance: one element of the request's {@code instances}
 * @param <P> a prediction: one element of the reply's {@code predictions}
 */
@FunctionalInterface
public interface Predictor<I, P> extends AutoCloseable {

  /**
   * Predicts a batch.
   *
   * @param instances at least one and at most {@link BatchPolicy#maxBatchSize()} instances; an
   *     element is null where the JSON had {@code null}
   * @param parameters the {@code parameters} that all these instances share
   * @return one prediction per instance, in order
   * @throws InvalidInputException if the caller's input is at fault; its text goes to the caller
   * @throws OutOfMemoryException if the device's memory did not suffice; a smaller batch is tried
   * @throws DeviceLostException if this predictor can never predict again; health turns to 503
   * @throws Exception for any other failure; the caller sees a 500 without its text
   */
  List<P> predict(List<I> instances, Parameters parameters) throws Exception;

  /** Releases what this predictor holds; called once, when no call is under way or will come. */
  @Override
  default void close() {}
}
