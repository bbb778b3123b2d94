package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import java.io.IOException;
import java.util.Collections;
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

/** Records and texts in and out, by us and by plain Jackson databind: 32 of each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class RecordBench {
  private static final int COUNT = 32;
  private static final String TEXT =
      "A sentence of the kind that a language model gets: \\\"of usual length\\\", caf\u00e9 included.";

  /** An instance. */
  record Flower(double petalLength, double petalWidth, String colour, int leaves) {}

  /** A request as databind would read it without us. */
  record FlowerRequest(List<Flower> instances) {}

  /** The same with texts. */
  record TextRequest(List<String> instances) {}

  /** A reply as databind would write it without us. */
  record Reply(List<?> predictions) {}

  private final JsonMapper mapper = JsonMapper.builder().build();
  private final ObjectReader flowerRequests = mapper.readerFor(FlowerRequest.class);
  private final ObjectReader textRequests = mapper.readerFor(TextRequest.class);
  private final ObjectWriter replies = mapper.writerFor(Reply.class);
  private final BytePool pool = BytePool.of(1 << 24);
  private final EnvelopeReader<Flower> flowerReader = reader(Flower.class);
  private final EnvelopeReader<String> textReader = reader(String.class);
  private final EnvelopeWriter<Object> writer =
      EnvelopeWriter.of(PredictionWriter.databind(), pool);
  private final byte[] flowers =
      body("{\"petalLength\": 1.4, \"petalWidth\": 0.2, \"colour\": \"blue\", \"leaves\": 3}");
  private final byte[] texts = body("\"" + TEXT + "\"");
  private final List<Object> flowerPredictions =
      Collections.nCopies(COUNT, new Flower(1.4, 0.2, "blue", 3));
  private final List<Object> textPredictions = Collections.nCopies(COUNT, TEXT);

  private <I> EnvelopeReader<I> reader(Class<I> type) {
    return EnvelopeReader.of(InstanceReader.of(type), EnvelopeRules.DEFAULT, pool);
  }

  private static byte[] body(String instance) {
    String instances = String.join(", ", Collections.nCopies(COUNT, instance));
    return ("{\"instances\": [" + instances + "]}").getBytes(UTF_8);
  }

  /** Records in, ours. */
  @Benchmark
  public Object recordsInVertex() {
    return read(flowerReader, flowers);
  }

  /** Records in, plain databind. */
  @Benchmark
  public Object recordsInDatabind() throws IOException {
    return flowerRequests.readValue(flowers);
  }

  /** Texts in, ours. */
  @Benchmark
  public Object textsInVertex() {
    return read(textReader, texts);
  }

  /** Texts in, plain databind. */
  @Benchmark
  public Object textsInDatabind() throws IOException {
    return textRequests.readValue(texts);
  }

  /** Records out, ours. */
  @Benchmark
  public int recordsOutVertex() {
    return write(flowerPredictions);
  }

  /** Records out, plain databind. */
  @Benchmark
  public int recordsOutDatabind() throws IOException {
    return replies.writeValueAsBytes(new Reply(flowerPredictions)).length;
  }

  /** Texts out, ours. */
  @Benchmark
  public int textsOutVertex() {
    return write(textPredictions);
  }

  /** Texts out, plain databind. */
  @Benchmark
  public int textsOutDatabind() throws IOException {
    return replies.writeValueAsBytes(new Reply(textPredictions)).length;
  }

  private static <I> Object read(EnvelopeReader<I> reader, byte[] body) {
    try (PredictRequest<I> request = reader.read(body, 0, body.length)) {
      return request.instances();
    }
  }

  private int write(List<Object> predictions) {
    try (PooledBuffer reply = writer.write(predictions, null)) {
      return reply.length();
    }
  }
}
