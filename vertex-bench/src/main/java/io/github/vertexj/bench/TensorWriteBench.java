package io.github.vertexj.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Tensor;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writing 32 predictions of 384 float32 each, by us and by Jackson's generator. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class TensorWriteBench {
  private final float[][] rows = Bodies.rows(32, 384);
  private final List<Tensor> tensors = Arrays.stream(rows).map(row -> Tensor.of(row)).toList();
  private final EnvelopeWriter<Tensor> writer =
      EnvelopeWriter.of(PredictionWriter.databind(), BytePool.of(1 << 24));
  private final JsonFactory plain = new JsonFactory();
  private final JsonFactory fast =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();
  private final ByteArrayBuilder out = new ByteArrayBuilder(1 << 20);

  /** Ours. */
  @Benchmark
  public int vertex() {
    try (PooledBuffer reply = writer.write(tensors, null)) {
      return reply.length();
    }
  }

  /** Jackson as it is by default. */
  @Benchmark
  public int jacksonGenerator() throws IOException {
    return write(plain);
  }

  /** Jackson with its fast writer of numbers. */
  @Benchmark
  public int jacksonGeneratorFast() throws IOException {
    return write(fast);
  }

  private int write(JsonFactory factory) throws IOException {
    out.reset();
    try (JsonGenerator generator = factory.createGenerator(out)) {
      generator.writeStartObject();
      generator.writeArrayFieldStart("predictions");
      for (float[] row : rows) {
        generator.writeStartArray();
        for (float value : row) {
          generator.writeNumber(value);
        }
        generator.writeEndArray();
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    return out.size();
  }
}
