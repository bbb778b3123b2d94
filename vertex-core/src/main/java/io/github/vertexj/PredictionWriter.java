package io.github.vertexj;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * A function that writes one prediction as one JSON value.
 *
 * <p>Implementations must be thread-safe. {@link Tensor} and {@link Tensors} never come here: the
 * codec writes them itself.
 *
 * @param <P> a prediction
 */
@FunctionalInterface
public interface PredictionWriter<P> {

  /** Returns the writer that leaves everything to Jackson databind. */
  static <P> PredictionWriter<P> databind() {
    return (prediction, generator) -> generator.writePOJO(prediction);
  }

  /** Writes exactly one JSON value; a NaN or an infinity fails the reply (C3.19). */
  void write(P prediction, JsonGenerator generator) throws IOException;
}
