package io.github.vertexj.formats;

import io.github.vertexj.RequestHeaders;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.Document;

/**
 * A form in which bodies carry a model's instances and replies its predictions: the envelope, the
 * Open Inference Protocol, a {@code .npy} file.
 *
 * <p>Thread-safe.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public interface BodyFormat<I, P> {

  /**
   * Reads a body, which may be used for other things afterwards.
   *
   * @throws BadBodyException if it is not what the format wants, or its instances are not those
   *     that the model wants
   */
  Exchange<I, P> read(RequestHeaders headers, Document body);
}
