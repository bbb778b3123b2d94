package io.github.vertexj.formats;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.json.UnwritablePredictionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request in a {@link BodyFormat}, and how its reply is written.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public interface Exchange<I, P> {

  /** The instances and parameters; closed by who uses them. */
  PredictRequest<I> request();

  /**
   * Writes the reply in the form that the request asked for; the request may be closed already.
   *
   * @param predictions one per instance, in order
   * @param metadata about the whole reply, for formats that have a place for it; null if none
   * @throws UnwritablePredictionException if a prediction cannot be written
   * @throws InvalidInputException if the predictions do not go into this format, or the request
   *     asked for an output that they do not have
   */
  WrittenReply write(List<P> predictions, @Nullable Object metadata);
}
