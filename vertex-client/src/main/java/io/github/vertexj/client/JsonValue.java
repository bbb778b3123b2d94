package io.github.vertexj.client;

import io.github.vertexj.PredictionWriter;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.json.UnwritablePredictionException;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/** A writer of single JSON values of any class, as instances are written. Thread-safe. */
final class JsonValue {
  private final EnvelopeWriter<@Nullable Object> writer =
      EnvelopeWriter.of(PredictionWriter.databind(), BytePool.of(0));

  /**
   * Appends a value.
   *
   * @param subject what it is, for messages
   * @throws EndpointException if it cannot be written
   */
  void write(@Nullable Object value, String subject, PooledBuffer buffer) {
    try {
      writer.writeElements(Collections.singletonList(value), buffer);
    } catch (UnwritablePredictionException e) {
      throw unwritable(e.about("the value", subject));
    }
  }

  static EndpointException unwritable(UnwritablePredictionException fault) {
    return EndpointException.unanswered(String.valueOf(fault.getMessage()), fault);
  }
}
