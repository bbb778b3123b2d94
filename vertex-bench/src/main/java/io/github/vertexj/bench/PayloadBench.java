package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.vertexj.bench.Rounds.Figure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * What large tensors cost in each form that a request may have: CPU time per request with a model
 * that does next to nothing with them.
 */
final class PayloadBench {
  private static final String JSON = "application/json";
  private static final String MODEL = "mean";
  private static final int CONNECTIONS = 4;

  /** As JSON of numbers, ten bytes each: 1.5 MB, as for an image of 224 × 224, and 10 MB. */
  private static final int[] NUMBERS = {150_000, 1_000_000};

  /** Every form measured; the first is what the others are compared with. */
  private static final List<Form> FORMS =
      List.of(
          new Form("JSON numbers", PayloadBench::numbers),
          new Form("base64", PayloadBench::base64),
          new Form("npy", PayloadBench::npy),
          new Form("Open Inference, binary", PayloadBench::openInference));

  /** How a tensor of one dimension is written as a request of one instance. */
  private record Form(String name, Function<float[], Encoded> writer) {
    Body body(float[] values) {
      Encoded encoded = writer.apply(values);
      String file = name.replaceAll("\\W+", "-") + "-" + values.length;
      return new Body(file, encoded.mediaType, encoded.text.getBytes(ISO_8859_1));
    }
  }

  /** A body, each of its bytes as a character. */
  private record Encoded(String mediaType, String text) {}

  private final Setting setting;
  private final Wrk wrk;
  private final Rounds rounds = new Rounds();

  private PayloadBench(Setting setting) {
    this.setting = setting;
    this.wrk = new Wrk(setting.output());
  }

  /** Measures in turns, prints the table and writes a CSV file. */
  public static void main(String[] arguments) throws Exception {
    new PayloadBench(Setting.fromProperties()).run(System.out);
  }

  private void run(PrintStream out) throws Exception {
    try (ServerProcess server =
            ServerProcess.start(
                setting.server(setting.model(MODEL)), setting.output("server.log"));
        ServerProcess bare =
            ServerProcess.start(
                port -> setting.program(BareServer.class, Integer.toString(port)),
                setting.output("bare.log"))) {
      bare.awaitOk("/");
      server.awaitOk("/health");
      for (int round = 0; round <= setting.rounds(5); round++) { // the first warms up
        for (int numbers : NUMBERS) {
          float[] values = values(numbers);
          for (Form form : FORMS) {
            measure(form.body(values), round > 0, server, bare);
          }
        }
      }
      print(out);
      rounds.write(setting.output("payload.csv"));
    }
  }

  private void measure(Body body, boolean counts, ServerProcess server, ServerProcess bare)
      throws IOException, InterruptedException {
    int seconds = setting.quick() ? 2 : 5;
    Wrk.Outcome least = wrk.run(bare, body, CONNECTIONS, seconds);
    Wrk.Outcome whole = wrk.run(server, body, CONNECTIONS, seconds);
    if (counts) {
      rounds.add(body.name(), Figure.BARE, least.cpuMicros());
      rounds.add(body.name(), whole);
    }
  }

  private void print(PrintStream out) {
    Table table =
        new Table(
            out,
            String.format(
                Locale.ROOT,
                "A tensor of float32 as one instance: CPU microseconds per request; %d connections",
                CONNECTIONS),
            "numbers",
            "form",
            "body, MB",
            "bare handler",
            "whole",
            "JSON numbers ÷ this",
            "requests/s",
            "p50 ms");
    for (int numbers : NUMBERS) {
      float[] values = values(numbers);
      double first = rounds.median(FORMS.get(0).body(values).name(), Figure.WHOLE);
      for (Form form : FORMS) {
        Body body = form.body(values);
        double whole = rounds.median(body.name(), Figure.WHOLE);
        table.row(
            String.format(Locale.ROOT, "%,d", numbers),
            form.name,
            body.bytes().length / 1e6,
            rounds.median(body.name(), Figure.BARE),
            whole,
            first / whole,
            rounds.median(body.name(), Figure.PER_SECOND),
            rounds.median(body.name(), Figure.P50));
      }
    }
  }

  private static float[] values(int numbers) {
    Random random = new Random(7);
    float[] values = new float[numbers];
    for (int i = 0; i < numbers; i++) {
      values[i] = random.nextInt(1_000_000) / 1e6f; // six decimals
    }
    return values;
  }

  private static Encoded numbers(float[] values) {
    StringJoiner numbers = new StringJoiner(", ", "{\"instances\": [[", "]]}");
    for (float value : values) {
      numbers.add(String.format(Locale.ROOT, "%.6f", value));
    }
    return new Encoded(JSON, numbers.toString());
  }

  private static Encoded base64(float[] values) {
    String bytes = Base64.getEncoder().encodeToString(littleEndian(values));
    return new Encoded(
        JSON,
        "{\"instances\": [{\"shape\": [%d], \"data\": {\"b64\": \"%s\"}}]}"
            .formatted(values.length, bytes));
  }

  private static Encoded npy(float[] values) {
    return new Encoded(Bodies.NPY, latin1(Bodies.npy("1, " + values.length, littleEndian(values))));
  }

  private static Encoded openInference(float[] values) {
    byte[] bytes = littleEndian(values);
    String head =
        "{\"inputs\": [{\"name\": \"x\", \"shape\": [1, %d], \"datatype\": \"FP32\", \"parameters\": {\"binary_data_size\": %d}}]}"
            .formatted(values.length, bytes.length);
    return new Encoded(
        "application/vnd.vertex-ai-triton.binary+json;json-header-size=" + head.length(),
        head + latin1(bytes));
  }

  private static byte[] littleEndian(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
