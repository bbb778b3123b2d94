package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.RequestHeaders;
import io.github.vertexj.Shape;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.formats.BodyFormat;
import io.github.vertexj.formats.BodyFormats;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.Document;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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

/** Reading one image of 3 × 224 × 224 float32: 1.5 MB of digits, or 602 KB of bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class FormatReadBench {
  private static final Shape IMAGE = Shape.of(3, 224, 224);

  /** The format of the body. */
  @Param({"envelope", "base64", "openInference", "binary", "npy"})
  public String format = "";

  private final BodyFormats<Tensors, Object> formats =
      BodyFormats.of(
          InstanceReader.tensors(List.of(new TensorSpec("", TensorType.FLOAT32, IMAGE))),
          PredictionWriter.databind(),
          EnvelopeRules.DEFAULT,
          BytePool.of(1 << 24));
  private byte[] body = {};
  private Map<String, String> headers = Map.of();

  /** Makes the body and its headers. */
  @Setup
  public void makeBody() {
    Random random = new Random(7);
    ByteBuffer elements =
        ByteBuffer.allocate(IMAGE.elements() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    StringJoiner numbers = new StringJoiner(", ", "[", "]");
    for (int i = 0; i < IMAGE.elements(); i++) {
      float value = random.nextFloat();
      elements.putFloat(value);
      numbers.add(String.format(Locale.ROOT, "%.6f", value));
    }
    makeBody(numbers.toString(), elements.array());
  }

  private void makeBody(String numbers, byte[] elements) {
    String input =
        "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, 3, 224, 224], \"datatype\": \"FP32\", ";
    switch (format) {
      case "envelope" -> text("{\"instances\": [" + numbers + "]}");
      case "base64" ->
          text(
              "{\"instances\": [{\"b64\": \""
                  + java.util.Base64.getEncoder().encodeToString(elements)
                  + "\"}]}");
      case "openInference" -> text(input + "\"data\": " + numbers + "}]}");
      case "binary" -> {
        String head = input + "\"parameters\": {\"binary_data_size\": " + elements.length + "}}]}";
        headers = Map.of("Inference-Header-Content-Length", Integer.toString(head.length()));
        body = join(head, elements);
      }
      default -> {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 224, 224), }";
        headers = Map.of("Content-Type", "application/x-npy");
        body = join("\u0093NUMPY\1\0" + (char) header.length() + "\0" + header, elements);
      }
    }
  }

  private void text(String json) {
    headers = Map.of("Content-Type", "application/json");
    body = json.getBytes(ISO_8859_1);
  }

  private static byte[] join(String head, byte[] tail) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(ISO_8859_1));
    all.writeBytes(tail);
    return all.toByteArray();
  }

  /** Reads the body into the instance that the predictor gets. */
  @Benchmark
  public Object read() {
    RequestHeaders head = new RequestHeaders(headers::get);
    BodyFormat<Tensors, Object> format = Objects.requireNonNullElse(formats.binary(head), formats);
    try (PredictRequest<Tensors> request =
        format.read(head, Document.of(body, 0, body.length)).request()) {
      return request.instances();
    }
  }
}
