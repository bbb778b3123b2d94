package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.tensor.TensorWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/**
 * Tensors inside of records, maps and lists. Thread-safe.
 *
 * @param <T> {@link Tensor} or {@link Tensors}
 */
final class TensorSerializer<T> extends JsonSerializer<T> {
  private static final int FIRST_BYTES = 1024;

  private final BiConsumer<T, PooledBuffer> writer;

  private TensorSerializer(BiConsumer<T, PooledBuffer> writer) {
    this.writer = writer;
  }

  static SimpleModule module() {
    return new SimpleModule("tensors")
        .addSerializer(Tensor.class, new TensorSerializer<>(TensorWriter::write))
        .addSerializer(Tensors.class, new TensorSerializer<>(TensorWriter::write));
  }

  @Override
  public void serialize(T value, JsonGenerator generator, SerializerProvider provider)
      throws IOException {
    if (generator instanceof StrictGenerator reply) {
      reply.write(value, writer);
    } else { // databind sometimes writes into a buffer of tokens first
      PooledBuffer text = PooledBuffer.unpooled(FIRST_BYTES);
      writer.accept(value, text);
      generator.writeRawValue(new String(text.toBytes(), StandardCharsets.UTF_8));
    }
  }
}
