package io.github.vertexj.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.envelope.FieldRules;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.json.UnwritablePredictionException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The platform's JSON: each instance is written once, whatever request it goes in. */
final class EnvelopeForm<I, P> implements BodyForm<I, P> {
  private static final BytePool NO_POOL = BytePool.of(0);

  /** A server may leave out what it has nothing to say of. */
  private static final EnvelopeRules RULES =
      EnvelopeRules.DEFAULT
          .maxInstances(Integer.MAX_VALUE)
          .fields(FieldRules.DEFAULT.missingRefused(false));

  private static final int FIRST_BYTES = 4096;
  private static final byte[] HEAD = "{\"instances\":[".getBytes(US_ASCII);

  private final EnvelopeWriter<I> instances =
      EnvelopeWriter.of(PredictionWriter.databind(), NO_POOL);
  private final JsonValue values;
  private final EnvelopeReader<P> predictions;
  private final boolean tensors;

  EnvelopeForm(InstanceReader<P> predictions, JsonValue values) {
    this.values = values;
    this.tensors =
        predictions instanceof InstanceReader.SingleTensor
            || predictions instanceof InstanceReader.TensorGroup;
    this.predictions = EnvelopeReader.ofReplies(predictions, RULES, NO_POOL);
  }

  @Override
  public URI uri(Address address) {
    return address.predict();
  }

  @Override
  public String mediaType() {
    return "application/json";
  }

  @Override
  public List<Part> parts(List<I> all, @Nullable Object parameters, Limits limits) {
    PooledBuffer elements = PooledBuffer.unpooled(FIRST_BYTES);
    int[] ends = write(all, elements);
    byte[] tail = tail(parameters);
    return limits
        .cut(
            ends.length,
            (from, to) -> HEAD.length + end(to, ends) - start(from, ends) + tail.length)
        .stream()
        .map(
            range -> {
              int start = start(range.from(), ends);
              BodyPublisher body =
                  BodyPublishers.concat(
                      BodyPublishers.ofByteArray(HEAD),
                      BodyPublishers.ofByteArray(
                          elements.array(), start, end(range.to(), ends) - start),
                      BodyPublishers.ofByteArray(tail));
              boolean whole = range.count() == ends.length;
              return new Part(range.from(), range.count(), whole, body);
            })
        .toList();
  }

  private int[] write(List<I> all, PooledBuffer buffer) {
    try {
      return instances.writeElements(all, buffer);
    } catch (UnwritablePredictionException e) {
      throw JsonValue.unwritable(e.about("the instance", "$.instances"));
    }
  }

  private byte[] tail(@Nullable Object parameters) {
    Object json = parameters instanceof Parameters ours ? ours.json() : parameters;
    boolean absent = json == null || (parameters instanceof Parameters none && !none.present());
    if (absent) {
      return "]}".getBytes(US_ASCII);
    }
    PooledBuffer tail = PooledBuffer.unpooled(FIRST_BYTES);
    tail.append("],\"parameters\":");
    values.write(json, "parameters", tail);
    tail.append('}');
    return tail.toBytes();
  }

  /** The place of an instance; behind it lies a comma, or nothing. */
  private static int start(int instance, int[] ends) {
    return instance == 0 ? 0 : ends[instance - 1] + 1;
  }

  private static int end(int instance, int[] ends) {
    return instance == 0 ? 0 : ends[instance - 1];
  }

  @Override
  public List<P> read(Part part, HttpResponse<byte[]> reply) {
    byte[] body = reply.body();
    if (!tensors) { // an object could be read as a prediction
      ErrorsInPlace.refuse(part, body);
    }
    try {
      List<P> read = predictions.read(body, 0, body.length).instances();
      if (read.size() != part.count()) {
        throw EndpointException.unreadable(
            "the endpoint gave %d predictions for %d instances"
                .formatted(read.size(), part.count()),
            null);
      }
      return read;
    } catch (BadBodyException e) {
      ErrorsInPlace.refuse(part, body);
      throw EndpointException.unreadable("the reply cannot be read: " + e.getMessage(), e);
    }
  }
}
