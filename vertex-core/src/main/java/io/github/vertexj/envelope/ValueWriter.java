package io.github.vertexj.envelope;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.ReplyBuffer;
import io.github.vertexj.json.ReplyPath;
import io.github.vertexj.json.UnwritablePredictionException;
import io.github.vertexj.tensor.TensorWriter;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one reply, written one behind the other.
 *
 * <p>Tensors go straight to the bytes, all else through a writer and one generator that is made
 * when it is first needed. Not thread-safe.
 */
final class ValueWriter {
  private final ReplyBuffer buffer;
  private final JsonMapper mapper;
  private @Nullable ReplyGenerator generator;

  ValueWriter(ReplyBuffer buffer, JsonMapper mapper) {
    this.buffer = buffer;
    this.mapper = mapper;
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
      ReplyGenerator reused = generator == null ? new ReplyGenerator(buffer, mapper) : generator;
      generator = null; // one that fails stands in the midst of a value and is of no more use
      write(value, writer, reused);
      generator = reused;
    }
  }

  private static <V> void write(V value, PredictionWriter<V> writer, ReplyGenerator generator) {
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

  private static UnwritablePredictionException explain(Exception e, ReplyGenerator generator) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnwritablePredictionException ours) {
        return ours;
      }
      if (cause instanceof StackOverflowError) {
        return new UnwritablePredictionException(UnwritablePredictionException.TOO_DEEP);
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
        return name == null ? "" : ReplyPath.field(name);
      }
    }
    return "";
  }
}
