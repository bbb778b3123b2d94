package io.github.vertexj.formats;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.RequestHeaders;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.Document;
import io.github.vertexj.json.JsonScanner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The platform's own format: {@link EnvelopeReader} and {@link EnvelopeWriter}. Thread-safe. */
final class EnvelopeFormat<I, P> implements BodyFormat<I, P> {
  private final EnvelopeReader<I> reader;
  private final EnvelopeWriter<P> writer;

  EnvelopeFormat(
      InstanceReader<I> instances,
      PredictionWriter<P> predictions,
      EnvelopeRules rules,
      BytePool pool) {
    reader = EnvelopeReader.of(instances, rules, pool);
    writer = EnvelopeWriter.of(predictions, pool);
  }

  @Override
  public Exchange<I, P> read(RequestHeaders headers, Document body) {
    return exchange(reader.read(body));
  }

  /** Reads the body that a scanner stands before. */
  Exchange<I, P> read(JsonScanner in) {
    return exchange(reader.read(in));
  }

  /** Returns a request, in whatever format it came, that is answered with an envelope. */
  Exchange<I, P> exchange(PredictRequest<I> request) {
    return new Exchange<>() {
      @Override
      public PredictRequest<I> request() {
        return request;
      }

      @Override
      public WrittenReply write(List<P> predictions, @Nullable Object metadata) {
        return WrittenReply.json(writer.write(predictions, request.faults(), metadata));
      }
    };
  }
}
