package io.github.vertexj.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Shape;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.json.BytePool;
import java.io.IOException;
import java.util.List;
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

/** Reading an envelope of float32 tensors, by us and by the two usual ways with Jackson. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class TensorReadBench {
  /** Instances in the body. */
  @Param({"1", "8", "32"})
  public int instances;

  private final JsonFactory jackson =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();
  private final ObjectMapper mapper = new ObjectMapper(jackson);
  private final EnvelopeReader<Tensors> reader =
      EnvelopeReader.of(
          InstanceReader.tensors(
              List.of(new TensorSpec("", TensorType.FLOAT32, Shape.of(Bodies.NUMBERS)))),
          EnvelopeRules.DEFAULT,
          BytePool.of(1 << 24));
  private byte[] body = {};
  private float[] values = {};

  /** Makes the body. */
  @Setup
  public void makeBody() {
    body = Bodies.envelope(instances);
    values = new float[instances * Bodies.NUMBERS];
  }

  /** Ours. */
  @Benchmark
  public Object vertex() {
    try (PredictRequest<Tensors> request = reader.read(body, 0, body.length)) {
      return request.instances();
    }
  }

  /** Jackson's tokens into an array that is there already. */
  @Benchmark
  public float[] jacksonStreaming() throws IOException {
    try (JsonParser parser = jackson.createParser(body)) {
      int count = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
          values[count++] = parser.getFloatValue();
        }
      }
    }
    return values;
  }

  /** Jackson's tree into the same array. */
  @Benchmark
  public float[] jacksonTree() throws IOException {
    int count = 0;
    for (JsonNode row : mapper.readTree(body).get("instances")) {
      for (JsonNode number : row) {
        values[count++] = number.floatValue();
      }
    }
    return values;
  }
}
