package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamWriteException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.JsonPath;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.json.UnwritablePredictionException;
import io.github.vertexj.tensor.TensorWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one reply, written one behind the other.
 *
 * <p>Tensors go straight to the bytes, all else through a writer and one generator that is made
 * when it is first needed. Not thread-safe.
 */
final class ValueWriter {
  private final PooledBuffer buffer;
  private final ObjectWriter databind;
  private @Nullable StrictGenerator generator;

  ValueWriter(PooledBuffer buffer, ObjectWriter databind) {
    this.buffer = buffer;
    this.databind = databind;
  }

  /** The reply, for what stands between values. */
  PooledBuffer buffer() {
    return buffer;
  }

  /**
   * Writes one value.
   *
   * @throws UnwritablePredictionException if it cannot be written, with the path inside of it
   */
  <V> void write(@Nullable V value, PredictionWriter<V> writer) {
    if (value == null) {
      buffer.append("null");
    } else if (value instanceof Tensor tensor) {
      TensorWriter.write(tensor, buffer);
    } else if (value instanceof Tensors tensors) {
      TensorWriter.write(tensors, buffer);
    } else {
      StrictGenerator reused = generator == null ? newGenerator() : generator;
      generator = null; // one that fails stands in the midst of a value and is of no more use
      write(value, writer, reused);
      generator = reused;
    }
  }

  /** Gives Jackson's memory back, after the last value. */
  void close() {
    try {
      if (generator != null) {
        generator.release();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StrictGenerator newGenerator() {
    try {
      return new StrictGenerator(buffer, databind);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <V> void write(V value, PredictionWriter<V> writer, StrictGenerator generator) {
    try {
      generator.begin();
      writer.write(value, generator);
      generator.end();
    } catch (IOException | RuntimeException e) {
      throw explain(e, generator);
    } catch (StackOverflowError e) {
      throw new UnwritablePredictionException(UnwritablePredictionException.TOO_DEEP);
    }
  }

  private static UnwritablePredictionException explain(Exception e, StrictGenerator generator) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnwritablePredictionException ours) {
        return ours;
      }
      if (cause instanceof StreamConstraintsException || cause instanceof StackOverflowError) {
        return generator.refusal(UnwritablePredictionException.TOO_DEEP);
      }
      if (cause instanceof StreamWriteException && generator.expectsName()) {
        return generator.refusal("has a field without a name,");
      }
    }
    String property = generator.expectsName() ? property(e) : "";
    return UnwritablePredictionException.causedBy(e).within(generator.path() + property);
  }

  /** The step to the property that databind was about to write, where it says so. */
  private static String property(Exception e) {
    if (e instanceof JsonMappingException databind) {
      List<JsonMappingException.Reference> references = databind.getPath();
      if (!references.isEmpty()) {
        String name = references.get(references.size() - 1).getFieldName();
        return name == null ? "" : JsonPath.field(name);
      }
    }
    return "";
  }
}
