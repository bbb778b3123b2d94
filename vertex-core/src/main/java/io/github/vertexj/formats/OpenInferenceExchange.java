package io.github.vertexj.formats;

import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.json.BytePool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request in the Open Inference Protocol and what its reply must be like.
 *
 * @param asked the JSON of the request, of which the reply repeats some
 * @param byHeader whether the request told its head's length by header, and not by media type
 */
record OpenInferenceExchange<I, P>(
    PredictRequest<I> request,
    OpenInferenceRequest asked,
    boolean byHeader,
    String modelName,
    BytePool pool)
    implements Exchange<I, P> {

  /** Writes the outputs; the protocol has no place for metadata. */
  @Override
  public WrittenReply write(List<P> predictions, @Nullable Object metadata) {
    return OpenInferenceWriter.write(this, predictions);
  }
}
