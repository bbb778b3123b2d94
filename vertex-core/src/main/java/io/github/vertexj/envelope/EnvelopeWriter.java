package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.JsonPath;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.json.UnwritablePredictionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes replies: {@code {"predictions": […]}}, with {@code metadata} behind where there is any
 * (C3.14, C3.16), as strict JSON in UTF-8 (C3.19).
 *
 * <p>{@link Tensor} and {@link Tensors} are written as nested numbers, at the top and inside of
 * records, maps and lists; floating-point numbers are the shortest that read back equal; {@code
 * byte[]} becomes {@code {"b64": "…"}} at any depth (C3.10); a surrogate without its other half
 * becomes a question mark. All else is up to the {@link PredictionWriter}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <P> a prediction
 */
public final class EnvelopeWriter<P> {
  private static final String PREDICTIONS = "{\"predictions\":[";
  private static final String METADATA = "],\"metadata\":";

  /** What common readers allow, less the two levels of the envelope. */
  private static final int MAX_DEPTH = StreamWriteConstraints.DEFAULT_MAX_DEPTH - 2;

  private final PredictionWriter<P> writer;
  private final BytePool pool;

  // This writer's own, since it remembers the predictions' classes.
  private final ObjectWriter databind =
      JsonMapper.builder(factory())
          .typeFactory(StrictMapper.newTypeFactory()) // first, since modules add to it
          .addModules(JacksonModules.installed())
          .addModule(TensorSerializer.module())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .build()
          .writer()
          .withRootValueSeparator("");

  private static JsonFactory factory() {
    return JsonFactory.builder()
        .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
        .build();
  }

  private EnvelopeWriter(PredictionWriter<P> writer, BytePool pool) {
    this.writer = writer;
    this.pool = pool;
  }

  /**
   * Returns a writer of replies.
   *
   * @param writer writes what is neither null nor a tensor
   * @param pool where the replies' memory comes from
   */
  public static <P> EnvelopeWriter<P> of(PredictionWriter<P> writer, BytePool pool) {
    return new EnvelopeWriter<>(writer, pool);
  }

  /**
   * Writes a reply.
   *
   * @param predictions in order; a null element becomes {@code null}
   * @param metadata about the whole reply, written by Jackson databind; null if there is none
   * @return the reply, to be closed when it is sent
   * @throws UnwritablePredictionException if a prediction or the metadata holds a NaN or an
   *     infinity, is nested deeper than 1,000 levels, or cannot be written at all; the memory has
   *     gone back then
   */
  public PooledBuffer write(List<P> predictions, @Nullable Object metadata) {
    return write(predictions, null, metadata);
  }

  /**
   * Writes a reply with {@code {"error": "<text>"}} in the place of each instance at fault (C5.22).
   *
   * @param predictions of the instances that could be read, in order; those that were refused are
   *     not looked at
   * @param faults the errors, to which those of predictions are added that cannot be written; null
   *     if these fail the reply
   * @param metadata as in {@link #write(List, Object)}
   * @return the reply, to be closed when it is sent
   * @throws UnwritablePredictionException as there, unless {@code faults} take it
   */
  public PooledBuffer write(
      List<P> predictions, @Nullable InstanceFaults faults, @Nullable Object metadata) {
    PooledBuffer reply = PooledBuffer.lease(pool);
    boolean written = false;
    try {
      ValueWriter values = new ValueWriter(reply, databind);
      reply.append(PREDICTIONS);
      writePredictions(predictions, faults, values);
      if (metadata == null) {
        reply.append(']');
      } else {
        reply.append(METADATA);
        writeMetadata(metadata, values);
      }
      values.close();
      reply.append('}');
      written = true;
      return reply;
    } finally {
      if (!written) {
        reply.close();
      }
    }
  }

  /**
   * Appends values with commas between them, as a reply has them in its array.
   *
   * @return where each ends in the buffer
   * @throws UnwritablePredictionException if one cannot be written, with its place in the list
   */
  public int[] writeElements(List<P> values, PooledBuffer buffer) {
    ValueWriter writing = new ValueWriter(buffer, databind);
    int[] ends = new int[values.size()];
    for (int i = 0; i < ends.length; i++) {
      if (i > 0) {
        buffer.append(',');
      }
      try {
        writing.write(values.get(i), writer);
      } catch (UnwritablePredictionException e) {
        throw e.within(JsonPath.element(i));
      }
      ends[i] = buffer.length();
    }
    writing.close();
    return ends;
  }

  /** Returns an error's body, {@code {"error": "<text>"}} (C3.29). */
  public static byte[] error(String text) {
    PooledBuffer body = PooledBuffer.unpooled(text.length() + 32);
    writeError(text, body);
    return body.toBytes();
  }

  private static void writeError(String text, PooledBuffer buffer) {
    buffer.append("{\"error\":");
    buffer.appendText(text);
    buffer.append('}');
  }

  private void writePredictions(
      List<P> predictions, @Nullable InstanceFaults faults, ValueWriter values) {
    int index = 0;
    for (P prediction : faults == null ? predictions : faults.inPlace(predictions)) {
      if (index > 0) {
        values.buffer().append(',');
      }
      if (faults == null) {
        writePrediction(prediction, index, values);
      } else {
        writePredictionOrError(prediction, index, faults, values);
      }
      index++;
    }
  }

  private void writePredictionOrError(
      P prediction, int index, InstanceFaults faults, ValueWriter values) {
    PooledBuffer reply = values.buffer();
    int start = reply.length();
    if (faults.text(index) == null) {
      try {
        writePrediction(prediction, index, values);
      } catch (UnwritablePredictionException e) {
        reply.endAt(start);
        faults.unwritten(index, e);
      }
    }
    String text = faults.text(index);
    if (text != null) {
      writeError(text, reply);
    }
  }

  private void writePrediction(P prediction, int index, ValueWriter values) {
    try {
      values.write(prediction, writer);
    } catch (UnwritablePredictionException e) {
      throw e.about("the prediction", "$.predictions" + JsonPath.element(index));
    }
  }

  private static void writeMetadata(Object metadata, ValueWriter values) {
    try {
      values.write(metadata, PredictionWriter.databind());
    } catch (UnwritablePredictionException e) {
      throw e.about("the metadata", "$.metadata");
    }
  }
}
