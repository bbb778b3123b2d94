package io.github.vertexj.envelope;

import static io.github.vertexj.envelope.Envelopes.bytes;
import static io.github.vertexj.envelope.Envelopes.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.MalformedJsonException;
import io.github.vertexj.json.PooledBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** C5.22: instances at fault have an error in their place, and the others are as ever. */
final class InstanceFaultsTest {
  private static final EnvelopeRules IN_PLACE =
      EnvelopeRules.DEFAULT.instanceErrors(InstanceErrors.IN_PLACE);
  private static final InstanceReader<Point> POINTS = InstanceReader.of(Point.class);

  private final BytePool pool = BytePool.of(1 << 20);

  record Point(double x, int y) {
    Point {
      if (y < 0) {
        throw new IllegalArgumentException("y must not be negative");
      }
    }
  }

  record Row(Object value) {}

  static Stream<Arguments> readers() {
    return Stream.of(
        Arguments.of(
            InstanceReader.tensor(TensorSpec.of(TensorType.FLOAT32, 2)),
            "[1,2]",
            List.of("[1]", "null", "[1,'x']", "{'data':[1]}", "[[1,2],[3]]", "1e400", "{'b64':5}")),
        Arguments.of(
            InstanceReader.of(Tensors.class),
            "{'a':[[1,2]],'b':3}",
            List.of("[[1],[2,3]]", "{'a':1,'a':2}", "{}", "{'a':{'data':[true]}}")),
        Arguments.of(
            InstanceReader.tensors(List.of(TensorSpec.of(TensorType.INT64).named("n"))),
            "{'n':[9007199254740993]}",
            List.of("{'n':1.5}", "{'m':1}", "{'n':{'data':[2],'datatype':'bool'}}")),
        Arguments.of(
            POINTS,
            "{'x':1.5,'y':2}",
            List.of("5", "[]", "{'x':1}", "{'x':'a','y':2}", "{'x':1,'y':-1}", "{'x':1e400}")),
        Arguments.of(
            InstanceReader.of(String.class), "'word'", List.of("1", "{}", "['a']", "true", "1.5")),
        Arguments.of(
            InstanceReader.of(byte[].class), "{'b64':'AQI'}", List.of("{'b64':'*'}", "1", "{}")),
        Arguments.of(
            InstanceReader.of(JsonNode.class),
            "{'a':[null,{'b64':'AQ=='}]}",
            List.of("[{'b64':'*'}]", "{'a':1e400}")),
        Arguments.of(
            InstanceReader.streaming(InstanceFaultsTest::word), "'word'", List.of("1", "[{}]")));
  }

  private static String word(com.fasterxml.jackson.core.JsonParser parser)
      throws java.io.IOException {
    if (!parser.hasToken(com.fasterxml.jackson.core.JsonToken.VALUE_STRING)) {
      throw new InvalidInputException("a word is wanted");
    }
    return parser.getText();
  }

  @ParameterizedTest
  @MethodSource("readers")
  void read_unreadable_isPassedOverWithTheSentenceOfThe400(
      InstanceReader<?> reader, String good, List<String> bads) {
    for (String bad : bads) {
      String envelope = envelope(good, bad, " " + good);
      PredictRequest<?> request = read(reader, envelope);
      assertThat(shown(request)).isEqualTo(shown(read(reader, envelope(good, good))));
      assertThat(faults(request).text(0)).isNull();
      assertThat(faults(request).text(1)).contains("$.instances[1]");
      assertThat(faults(request).text(1)).isEqualTo(refusal(reader, envelope));
      assertThat(faults(request).place(0)).isZero();
      assertThat(faults(request).place(1)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("readers")
  void read_severalUnreadable_eachHasItsOwnSentence(
      InstanceReader<?> reader, String good, List<String> bads) {
    String[] instances = bads.toArray(String[]::new);
    PredictRequest<?> request = read(reader, envelope(instances));
    assertThat(request.instances()).isEmpty();
    for (int i = 0; i < instances.length; i++) {
      String[] onlyThis = new String[bads.size()];
      for (int j = 0; j < instances.length; j++) {
        int length = Math.max(instances[j].length(), good.length());
        onlyThis[j] = padded(i == j ? instances[j] : good, length);
        instances[j] = padded(instances[j], length);
      }
      assertThat(faults(read(reader, envelope(instances))).text(i))
          .isEqualTo(refusal(reader, envelope(onlyThis)));
    }
  }

  @ParameterizedTest
  @MethodSource("readers")
  void read_notJsonOrBeyondALimit_failsTheRequest(
      InstanceReader<?> reader, String good, List<String> bads) {
    String bad = bads.get(0);
    String deep = "[".repeat(101) + "]".repeat(101);
    for (String tail : List.of("," + good + "]", "],'parameters':{'k':01}}", "]} 5", "]")) {
      byte[] body = bytes("{'instances':[" + bad + tail);
      assertThatThrownBy(() -> EnvelopeReader.of(reader, IN_PLACE, pool).read(body, 0, body.length))
          .isInstanceOf(MalformedJsonException.class);
    }
    byte[] body = bytes(envelope(bad, deep));
    assertThatThrownBy(() -> EnvelopeReader.of(reader, IN_PLACE, pool).read(body, 0, body.length))
        .hasMessageContaining("maxDepth 100");
  }

  @ParameterizedTest
  @MethodSource("io.github.vertexj.envelope.EnvelopeFuzzTest#envelopes")
  void read_anyWrongByte_theFirstFaultIsTheOneThatFailsTheRequest(
      InstanceReader<?> reader, String envelope) {
    EnvelopeReader<?> whole = EnvelopeReader.of(reader, EnvelopeRules.DEFAULT, pool);
    EnvelopeReader<?> apart = EnvelopeReader.of(reader, IN_PLACE, pool);
    byte[] good = bytes(envelope);
    for (int at = 0; at < good.length; at++) {
      for (int value : new int[] {'"', '5', '.', ' ', 'e', '-', ',', '[', ']', '{', '}', 'x'}) {
        byte[] body = Arrays.copyOf(good, good.length);
        body[at] = (byte) value;
        assertSameFault(whole, apart, body);
      }
    }
  }

  private static void assertSameFault(
      EnvelopeReader<?> whole, EnvelopeReader<?> apart, byte[] body) {
    BadBodyException refused =
        catchThrowableOfType(
            BadBodyException.class, () -> whole.read(body, 0, body.length).close());
    try (PredictRequest<?> request = apart.read(body, 0, body.length)) {
      int places = faults(request).inPlace(request.instances()).size();
      List<String> texts =
          IntStream.range(0, places)
              .mapToObj(faults(request)::text)
              .filter(Objects::nonNull)
              .toList();
      assertThat(texts).hasSize(places - request.instances().size());
      assertThat(texts.stream().limit(1).toList())
          .isEqualTo(refused == null ? List.of() : List.of(refused.getMessage()));
    } catch (BadBodyException refusedToo) {
      assertThat(refused).as("in place: %s", refusedToo.getMessage()).isNotNull();
    }
  }

  @Test
  void read_tooManyUnreadable_failTheRequest() {
    String thousand = String.join(",", Collections.nCopies(1000, "'x'"));
    assertThat(faults(read(POINTS, envelope(thousand))).text(999)).isNotNull();
    byte[] body = bytes(envelope(thousand, "'x'"));
    assertThatThrownBy(() -> EnvelopeReader.of(POINTS, IN_PLACE, pool).read(body, 0, body.length))
        .hasMessageContaining("$.instances[1000]");
  }

  @Test
  void read_unreadableTensors_leaveNoGapInTheMemory() {
    InstanceReader<Tensor> floats =
        InstanceReader.tensor(TensorSpec.of(TensorType.FLOAT32, Shape.ANY));
    PredictRequest<Tensor> request =
        read(floats, "{'parameters':7,'instances':[[1],[2,'x'],[3],[4,5,null],[6]]}");
    assertThat(request.instances().stream().map(tensor -> tensor.toFloats()[0]))
        .containsExactly(1f, 3f, 6f);
    assertThat(request.parameters().json().intValue()).isEqualTo(7);
  }

  @Test
  void read_requestFailsByDefault_hasNoFaults() {
    assertThat(Envelopes.read(POINTS, "{'instances':[]}").faults()).isNull();
    assertThat(faults(read(POINTS, "{'instances':[]}")).inPlace(List.of())).isEmpty();
  }

  @Test
  void write_faults_standInTheirPlaces() {
    PredictRequest<Point> request =
        read(
            POINTS, envelope("'x'", "{'x':1,'y':1}", "{'x':2,'y':2}", "'x'", "{'x':3,'y':3}", "5"));
    InstanceFaults faults = faults(request);
    faults.add(faults.place(1), "too far at $.instances[2]");
    JsonNode written = write(Arrays.asList(1.5, null, new int[] {3}), faults);
    assertThat(written).hasSize(6);
    assertThat(written.get(0).get("error").textValue()).contains("at $.instances[0], byte 14");
    assertThat(written.get(1)).hasToString("1.5");
    assertThat(written.get(2)).hasToString("{\"error\":\"too far at $.instances[2]\"}");
    assertThat(written.get(3).get("error").textValue()).contains("$.instances[3]");
    assertThat(written.get(4)).hasToString("[3]");
    assertThat(written.get(5).get("error").textValue()).contains("$.instances[5]");
    assertThat(faults.unwritten()).isEmpty();
  }

  @Test
  void write_unwritable_hasTheSentenceOfThe500AndTheOthersAreWritten() {
    Tensor notFinite = Tensor.of(new float[] {1, 2, Float.NaN}, 3);
    List<Object> predictions =
        Arrays.asList(
            new Row(1),
            new Row(new double[] {1, Double.NaN}),
            notFinite,
            new Row(notFinite),
            null,
            new Row(new Object()),
            new Row("last"));
    InstanceFaults faults = new InstanceFaults();
    assertThat(write(predictions, faults))
        .hasToString(
            "[{\"value\":1},"
                + error("holds NaN, which JSON cannot carry,", "$.predictions[1].value[1]")
                + ","
                + error("holds NaN, which JSON cannot carry,", "$.predictions[2][2]")
                + ","
                + error("holds NaN, which JSON cannot carry,", "$.predictions[3].value[2]")
                + ",null,"
                + error("cannot be written as JSON", "$.predictions[5].value")
                + ",{\"value\":\"last\"}]");
    assertThat(faults.unwritten()).isPresent();
  }

  private static String error(String fault, String path) {
    return "{\"error\":\"the prediction " + fault + " at " + path + "\"}";
  }

  private JsonNode write(List<Object> predictions, InstanceFaults faults) {
    EnvelopeWriter<Object> writer = EnvelopeWriter.of(PredictionWriter.databind(), pool);
    try (PooledBuffer reply = writer.write(predictions, faults, null)) {
      return Replies.parse(Replies.text(reply)).get("predictions");
    }
  }

  private static String envelope(String... instances) {
    return "{'instances':[" + String.join(",", instances) + "]}";
  }

  private static String padded(String instance, int length) {
    return instance + " ".repeat(length - instance.length());
  }

  private static InstanceFaults faults(PredictRequest<?> request) {
    return Objects.requireNonNull(request.faults());
  }

  private static <I> PredictRequest<I> read(InstanceReader<I> reader, String envelope) {
    byte[] body = bytes(envelope);
    return EnvelopeReader.of(reader, IN_PLACE, BytePool.of(0)).read(body, 0, body.length);
  }

  /** The instances, written as predictions. */
  private static String shown(PredictRequest<?> request) {
    return Replies.of(request.instances().toArray());
  }

  @Test
  void with_instancesAtFault_areLeftOutLikeThoseThatCannotBeRead() {
    PredictRequest<?> request = read(POINTS, envelope("{'x':1,'y':2}", "5", "{'x':3,'y':4}"));
    InstanceFaults faults = Objects.requireNonNull(request.faults());
    faults.add(faults.place(0), "refused");
    PredictRequest<String> converted = request.with(Arrays.asList(null, "3,4"));
    assertThat(converted.instances()).containsExactly("3,4");
    assertThat(faults.place(0)).isEqualTo(2);
    assertThat(faults.text(0)).isEqualTo("refused");
    assertThat(faults.inPlace(List.of("seven"))).containsExactly(null, null, "seven");
  }

  @Test
  void with_otherInstances_givesTheMemoryBackOnce() {
    byte[] body = bytes(envelope("[1]", "[2]", "[3]"));
    PredictRequest<Tensor> request =
        EnvelopeReader.of(InstanceReader.of(Tensor.class), IN_PLACE, pool)
            .read(body, 0, body.length);
    PredictRequest<String> converted = request.with(List.of("1", "2", "3"));
    assertThat(pool.pooledBytes()).isZero();
    converted.close();
    long pooled = pool.pooledBytes();
    assertThat(pooled).isPositive();
    converted.close();
    request.close();
    assertThat(pool.pooledBytes()).isEqualTo(pooled);
  }
}
