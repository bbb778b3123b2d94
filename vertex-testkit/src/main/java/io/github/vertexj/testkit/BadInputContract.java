package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.serving.PredictionHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * That whatever a client may send gets the right status and one clear sentence, and harms neither
 * the connection nor anybody else.
 */
abstract class BadInputContract extends ServerContract {
  private static final String GOOD = "{\"instances\": [[[1, 2], [3, 4]]]}";
  private static final String SECRET = "\"" + Wire.MARKER + "\"";
  private static final int CAP = 64 * 1024;

  BadInputContract(AdapterContract adapter) {
    super(adapter);
  }

  /** A bad body, and what the text of its error must hold. */
  private static final class BadBody {
    final String name;
    final byte[] bytes;
    final String[] saying;

    private BadBody(String name, byte[] bytes, String... saying) {
      this.name = name;
      this.bytes = bytes;
      this.saying = saying;
    }

    static BadBody of(String name, String text, String... saying) {
      return new BadBody(name, Wire.bytes(text), saying);
    }

    static BadBody of(String name, byte[] bytes, String... saying) {
      return new BadBody(name, bytes, saying);
    }
  }

  @TestFactory
  Stream<DynamicTest> required_C3_7_body_that_is_not_json_is_400_with_its_offset()
      throws Exception {
    return table(
        ready(new Sums()),
        BadBody.of("no body", "", "byte 0"),
        BadBody.of("white space", " \r\n ", "byte"),
        BadBody.of("not JSON", Wire.MARKER, "byte 0"),
        BadBody.of("cut short", "{\"instances\": [[[1, 2], [3, 4]]", "byte 31"),
        BadBody.of("cut short in a text", "{\"k\": \"" + Wire.MARKER, "byte"),
        BadBody.of("cut short in a number", "{\"instances\": [[[1, 2], [3, 4", "byte"),
        BadBody.of("two values", GOOD + " " + SECRET, "byte 34"),
        BadBody.of("a comma too many", "{\"instances\": [[[1, 2], [3, 4,]]]}", "byte"),
        BadBody.of("a comment", "{/*" + Wire.MARKER + "*/\"instances\": []}", "byte"),
        BadBody.of("single quotes", "{'instances': [[[1, 2], [3, 4]]]}", "byte 1"),
        BadBody.of("a bare NaN", "{\"instances\": [[[1, NaN], [3, 4]]]}", "byte 20"),
        BadBody.of("a leading zero", "{\"instances\": [[[01, 2], [3, 4]]]}", "byte"),
        BadBody.of("a line break in a text", "{\"k\": \"a\n" + Wire.MARKER + "\"}", "byte"),
        BadBody.of("a byte order mark", "\uFEFF" + GOOD, "byte"),
        BadBody.of("UTF-16", GOOD.getBytes(StandardCharsets.UTF_16LE), "byte"),
        BadBody.of("Latin-1", latin1("{\"k\": \"größer\", \"instances\": []}"), "byte"));
  }

  @TestFactory
  Stream<DynamicTest> required_C3_7_json_that_is_no_envelope_is_400_with_its_path()
      throws Exception {
    return table(
        ready(new Sums()),
        BadBody.of("an array", "[" + SECRET + "]", "$"),
        BadBody.of("a text", SECRET, "$"),
        BadBody.of("null", "null", "$"),
        BadBody.of("an empty object", "{}", "instances"),
        BadBody.of("no instances", "{\"" + Wire.MARKER + "\": [1]}", "instances"),
        BadBody.of("a number", "{\"instances\": 3}", "$.instances", "byte 14"),
        BadBody.of("null instances", "{\"instances\": null}", "$.instances", "byte 14"),
        BadBody.of("an object", "{\"instances\": {" + SECRET + ": 1}}", "$.instances"),
        BadBody.of("instances twice", "{\"instances\": [], \"instances\": []}", "instances"));
  }

  @TestFactory
  Stream<DynamicTest> required_C3_40_instance_that_does_not_fit_is_400_with_its_path()
      throws Exception {
    return table(
        ready(new Sums()),
        instance("null", "null", "$.instances[1]"),
        instance("a truth value", "true", "$.instances[1]"),
        instance("a rank too few", "[1, 2]", "$.instances[1]"),
        instance("a rank too many", "[[[1], [2]], [[3], [4]]]", "$.instances[1]"),
        instance("a row too many", "[[1, 2], [3, 4], [5, 6]]", "$.instances[1]"),
        instance("a row too few", "[[1, 2]]", "$.instances[1]"),
        instance("ragged", "[[1, 2], [3]]", "$.instances[1][1]"),
        instance("empty", "[]", "$.instances[1]"),
        instance("a text", "[[1, " + SECRET + "], [3, 4]]", "$.instances[1][0][1]"),
        instance("an object", "{" + SECRET + ": 1}", "$.instances[1]"),
        instance("1e400", "[[1, 2], [1e400, 4]]", "$.instances[1][1][0]"),
        instance("5,000 digits", "[[1, 2], [3, " + "7".repeat(5000) + "]]", "$.instances[1][1][1]"),
        instance("5,000 decimals", "[[0." + "3".repeat(5000) + ", 2], [3, 4]]", "$.instances[1]"));
  }

  @TestFactory
  Stream<DynamicTest> required_limits_hold_everywhere_in_the_envelope() throws Exception {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    String deepObjects = "{\"k\":".repeat(10_000) + "1" + "}".repeat(10_000);
    String digits = "9".repeat(5_000);
    return table(
        ready(new Sums()),
        instance("deep instance", deep, "$.instances[1]"),
        BadBody.of("deep parameters", "{\"parameters\": " + deep + "}", "byte"),
        BadBody.of("deep objects", "{\"parameters\": " + deepObjects + "}", "byte"),
        BadBody.of("deep unknown field", "{\"x\": " + deep + ", \"instances\": []}", "byte"),
        BadBody.of("deep from the start", deep, "$"),
        BadBody.of("long parameter", "{\"parameters\": {\"k\": " + digits + "}}", "byte"));
  }

  @TestFactory
  Stream<DynamicTest> required_C3_40_any_instance_is_checked_as_deep_and_long_as_tensors_are()
      throws Exception {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    return table(
        ready(new EchoProvider()),
        "{\"instances\": [1]}",
        BadBody.of("deep", "{\"instances\": [1, " + deep + "]}", "$.instances[1]"),
        BadBody.of(
            "5,000 digits", "{\"instances\": [" + "9".repeat(5_000) + "]}", "$.instances[0]"));
  }

  private static BadBody instance(String name, String json, String path) {
    return BadBody.of(name, "{\"instances\": [[[1, 2], [3, 4]], " + json + "]}", path, "byte");
  }

  private Stream<DynamicTest> table(ServedHandler served, BadBody... rows) throws Exception {
    return table(served, GOOD, rows);
  }

  /** All rows go over one connection, and after each a good request does, too. */
  private Stream<DynamicTest> table(ServedHandler served, String good, BadBody... rows)
      throws Exception {
    RawConnection connection = connect(served);
    return Stream.of(rows)
        .map(
            row ->
                dynamicTest(
                    row.name,
                    () -> {
                      connection.send(Wire.post("/predict", row.bytes));
                      assertThat(connection.answer().error(400)).contains(row.saying);
                      assertStillServes(connection, good);
                    }));
  }

  @Test
  void required_C3_13_request_without_any_length_has_no_body() throws Exception {
    RawConnection connection = connect(ready(new Sums()));
    connection.send(Wire.request("POST", "/predict")).answer().error(400);
    assertStillServes(connection, GOOD);
  }

  @TestFactory
  Stream<DynamicTest> required_C3_40_other_media_types_are_415() throws Exception {
    RawConnection connection = connect(ready(new Sums()));
    return Stream.of(
            "Content-Type: text/plain",
            "Content-Type: application/octet-stream",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Type: application/json; charset=latin1",
            "Content-Type: application/json; charset=" + Wire.MARKER,
            "Content-Type: " + Wire.MARKER,
            "Content-Encoding: gzip",
            "Content-Encoding: " + Wire.MARKER)
        .map(
            header ->
                dynamicTest(
                    header,
                    () -> {
                      connection.send(Wire.post("/predict", GOOD, header));
                      connection.answer().error(415);
                      connection.send(Wire.chunkedHead("/predict", header));
                      connection.sendChunks(Wire.bytes(GOOD), 10).answer().error(415);
                      assertStillServes(connection, GOOD);
                    }));
  }

  @Test
  void required_C3_23_body_of_exactly_the_cap_is_taken() throws Exception {
    RawConnection connection = connect(ready(capped()));
    byte[] body = Wire.bytes(GOOD + " ".repeat(CAP - GOOD.length()));
    connection.send(Wire.post("/predict", body)).answer().predictions();
    connection.send(Wire.chunkedHead("/predict")).sendChunks(body, 1000).answer().predictions();
  }

  @Test
  void required_C3_23_announced_body_over_the_cap_is_413_without_being_read() throws Exception {
    ServedHandler served = ready(capped());
    for (long length : new long[] {CAP + 1, 20_000_000, 5_000_000_000L}) {
      Answer refused = connect(served).send(Wire.postHead("/predict", length)).answer();
      assertThat(refused.error(413)).contains(Integer.toString(CAP));
    }
    assertStillServes(connect(served), GOOD);
  }

  @Test
  void required_C3_23_expected_body_over_the_cap_is_413() throws Exception {
    ServedHandler served = ready(capped());
    byte[] head = Wire.postHead("/predict", CAP + 1, "Expect: 100-continue");
    connect(served).send(head).answer().error(413);
    assertStillServes(connect(served), GOOD);
  }

  @Test
  void required_C3_23_chunked_body_over_the_cap_is_413_without_its_end() throws Exception {
    ServedHandler served = ready(capped());
    byte[] spaces = new byte[CAP + 1];
    java.util.Arrays.fill(spaces, (byte) ' ');
    RawConnection connection = connect(served).send(Wire.chunkedHead("/predict"));
    connection.send(Wire.chunk(spaces, 0, spaces.length)); // and then nothing, not even the end
    assertThat(connection.answer().error(413)).contains(Integer.toString(CAP));
    assertStillServes(connect(served), GOOD);
  }

  @Test
  void required_C3_23_text_of_20_MB_is_413_or_no_number() throws Exception {
    byte[] body = Wire.bytes("{\"instances\": [\"" + "x".repeat(20_000_000) + "\"]}");
    ServedHandler large =
        ready(PredictionHandler.builder(new Sums()).maxBodyBytes(32 * 1024 * 1024));
    RawConnection connection = connect(large);
    connection.send(Wire.post("/predict", body));
    assertThat(connection.answer().error(400)).contains("$.instances[0]");
    assertStillServes(connection, GOOD);
    ServedHandler ordinary = ready(new Sums());
    connect(ordinary).send(Wire.postHead("/predict", body.length)).answer().error(413);
    assertStillServes(connect(ordinary), GOOD);
  }

  private static PredictionHandler.Builder capped() {
    return PredictionHandler.builder(new Sums()).maxBodyBytes(CAP);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void assertStillServes(RawConnection connection, String good) throws Exception {
    connection.send(Wire.post("/predict", good)).answer().predictions();
  }

  /** Predicts the sum of a 2 × 2 tensor. */
  private static final class Sums implements PredictorProvider<Tensor, Double> {
    @Override
    public LoadedModel<Tensor, Double> load(DeployedModel model, LoadProgress progress) {
      return LoadedModel.builder(
              InstanceReader.tensor(TensorSpec.of(TensorType.FLOAT32, 2, 2)),
              worker -> Sums::predict)
          .build();
    }

    private static List<Double> predict(List<Tensor> instances, Parameters parameters) {
      return instances.stream().map(Sums::sum).toList();
    }

    private static double sum(Tensor tensor) {
      double sum = 0;
      for (float number : tensor.toFloats()) {
        sum += number;
      }
      return sum;
    }
  }
}
