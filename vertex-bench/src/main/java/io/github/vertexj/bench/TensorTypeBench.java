package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading and writing 8 tensors of 784 elements of the other types, by us and by Jackson. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TensorTypeBench {
  private static final int ROWS = 8;

  /** The elements: bytes of pictures, ids of words, hashes, doubles of 16 or 17 digits. */
  public enum Elements {
    /** From 0 to 255. */
    UINT8,
    /** From 0 to 49,999. */
    INT32,
    /** Any, so mostly of 19 digits. */
    INT64,
    /** As a program prints them. */
    FLOAT64
  }

  /** The elements of this run. */
  @Param public Elements elements = Elements.UINT8;

  private final JsonFactory jackson =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();
  private final ByteArrayBuilder out = new ByteArrayBuilder(1 << 20);
  private final BytePool pool = BytePool.of(1 << 24);
  private final EnvelopeWriter<Tensor> writer =
      EnvelopeWriter.of(PredictionWriter.databind(), pool);
  private final long[] integers = new long[Bodies.NUMBERS];
  private final double[] doubles = new double[Bodies.NUMBERS];
  private List<Tensor> tensors = List.of();
  private EnvelopeReader<Tensor> reader = reader(TensorType.UINT8);
  private byte[] body = {};

  /** Makes the numbers, the tensors and the body. */
  @Setup
  public void makeBody() {
    Random random = new Random(7);
    boolean floating = elements == Elements.FLOAT64;
    StringJoiner row = new StringJoiner(", ", "[", "]");
    for (int i = 0; i < integers.length; i++) {
      doubles[i] = random.nextGaussian();
      integers[i] =
          switch (elements) {
            case UINT8 -> random.nextInt(256);
            case INT32 -> random.nextInt(50_000);
            default -> random.nextLong();
          };
      row.add(floating ? Double.toString(doubles[i]) : Long.toString(integers[i]));
    }
    String rows = String.join(", ", Collections.nCopies(ROWS, row.toString()));
    body = ("{\"instances\": [" + rows + "]}").getBytes(US_ASCII);
    reader = reader(TensorType.valueOf(elements.name()));
    try (PredictRequest<Tensor> request = reader.read(body, 0, body.length)) {
      Tensor read = request.instances().get(0);
      byte[] copy = new byte[read.length()];
      read.bytes().get(copy);
      tensors = Collections.nCopies(ROWS, Tensor.view(read.type(), read.shape(), copy, 0));
    }
  }

  private EnvelopeReader<Tensor> reader(TensorType type) {
    return EnvelopeReader.of(
        InstanceReader.tensor(TensorSpec.of(type)), EnvelopeRules.DEFAULT, pool);
  }

  /** Read by us. */
  @Benchmark
  public Object readVertex() {
    try (PredictRequest<Tensor> request = reader.read(body, 0, body.length)) {
      return request.instances();
    }
  }

  /** Read as Jackson's tokens into an array that is there already. */
  @Benchmark
  public Object readJackson() throws IOException {
    int count = 0;
    try (JsonParser parser = jackson.createParser(body)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_NUMBER_INT) {
          integers[count++ % Bodies.NUMBERS] = parser.getLongValue();
        } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
          doubles[count++ % Bodies.NUMBERS] = parser.getDoubleValue();
        }
      }
    }
    return integers;
  }

  /** Written by us. */
  @Benchmark
  public int writeVertex() {
    try (PooledBuffer reply = writer.write(tensors, null)) {
      return reply.length();
    }
  }

  /** Written by Jackson's generator. */
  @Benchmark
  public int writeJackson() throws IOException {
    out.reset();
    try (JsonGenerator generator = jackson.createGenerator(out)) {
      generator.writeStartObject();
      generator.writeArrayFieldStart("predictions");
      for (int row = 0; row < ROWS; row++) {
        if (elements == Elements.FLOAT64) {
          generator.writeArray(doubles, 0, doubles.length);
        } else {
          generator.writeArray(integers, 0, integers.length);
        }
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    return out.size();
  }
}
