package io.github.vertexj.envelope;

import static io.github.vertexj.envelope.Envelopes.bytes;
import static io.github.vertexj.envelope.Envelopes.read;
import static io.github.vertexj.envelope.Envelopes.refusal;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BinaryNode;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Parameters;
import io.github.vertexj.Tensor;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonRules;
import io.github.vertexj.json.MalformedJsonException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The envelope around the instances; every rule holds for tensors and for what Jackson reads. */
final class EnvelopeReaderTest {
  private static final InstanceReader<Tensor> TENSORS = InstanceReader.of(Tensor.class);
  private static final InstanceReader<Double> NUMBERS = InstanceReader.of(Double.class);
  private static final InstanceReader<Double> STREAMED =
      InstanceReader.streaming(parser -> parser.getDoubleValue());

  static Stream<InstanceReader<?>> readers() {
    return Stream.of(TENSORS, NUMBERS, STREAMED);
  }

  @ParameterizedTest
  @MethodSource("readers")
  void C3_3_instances_inOrder(InstanceReader<?> reader) {
    assertThat(read(reader, "{'instances':[1, 2 ,3]}").instances())
        .extracting(EnvelopeReaderTest::number)
        .containsExactly(1.0, 2.0, 3.0);
  }

  @ParameterizedTest
  @MethodSource("readers")
  void C3_4_parameters_comeBeforeOrAfterInstances(InstanceReader<?> reader) {
    PredictRequest<?> before = read(reader, "{'parameters':{'k':5},'instances':[1]}");
    PredictRequest<?> after =
        read(reader, " { 'instances' : [ 1 ] , 'parameters' : { 'k' : 5 } } ");

    assertThat(before.parameters()).isEqualTo(after.parameters());
    assertThat(after.parameters().integer("k", 0)).isEqualTo(5);
    assertThat(before.instances()).hasSameSizeAs(after.instances());
  }

  @Test
  void C3_4_parameters_nullEqualsAbsent() {
    assertThat(read(NUMBERS, "{'instances':[1],'parameters':null}").parameters())
        .isEqualTo(read(NUMBERS, "{'instances':[1]}").parameters())
        .isEqualTo(Parameters.absent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "-0.5", "true", "'text'", "[1,2]", "[]", "{}", "''"})
  void C3_4_parameters_anyJsonValue(String value) throws Exception {
    Parameters parameters =
        read(NUMBERS, "{'parameters':" + value + ",'instances':[1]}").parameters();

    assertThat(parameters.present()).isTrue();
    assertThat(parameters.json()).isEqualTo(new ObjectMapper().readTree(bytes(value)));
  }

  @Test
  void C3_10_parameters_mayHoldBytes() {
    JsonNode json =
        read(NUMBERS, "{'instances':[],'parameters':{'mask':{'b64':'AQI'}}}").parameters().json();

    assertThat(json.get("mask")).isEqualTo(BinaryNode.valueOf(new byte[] {1, 2}));
  }

  @ParameterizedTest
  @MethodSource("readers")
  void C3_5_otherFields_areIgnored(InstanceReader<?> reader) {
    String others = "'@requestFormat':'x','a':{'instances':[[],{}]},'b':[null,true,1e5,'\\u0000']";

    assertThat(read(reader, "{" + others + ",'instances':[1]," + others + "}").instances())
        .hasSize(1);
  }

  @Test
  void C3_5_otherFields_mustBeJson() {
    assertThat(refusal(TENSORS, "{'a':[1,],'instances':[1]}"))
        .isEqualTo("the body is not JSON: a value is wanted, at byte 8");
    assertThat(refusal(TENSORS, "{'instances':[1],'a':tru}"))
        .isEqualTo("the body is not JSON: a value is wanted, at byte 21");
  }

  @ParameterizedTest
  @MethodSource("readers")
  void C3_6_noInstances_isARequest(InstanceReader<?> reader) {
    assertThat(read(reader, "{'instances':[]}").instances()).isEmpty();
    assertThat(read(reader, "{'instances': [ ] }").instances()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("readers")
  void C3_7_noEnvelope_isRefused(InstanceReader<?> reader) {
    assertThat(refusal(reader, "")).isEqualTo("the body is not JSON: it is empty, at byte 0");
    assertThat(refusal(reader, "  ")).isEqualTo("the body is not JSON: it is empty, at byte 2");
    assertThat(refusal(reader, "[]"))
        .isEqualTo("an object with the field instances is wanted, at $, byte 0");
    assertThat(refusal(reader, " 5")).startsWith("an object with the field instances is wanted");
    assertThat(refusal(reader, "[1,]")).startsWith("the body is not JSON");
    assertThat(refusal(reader, "{}")).isEqualTo("the field instances is missing, at $, byte 2");
    assertThat(refusal(reader, "{'instance':[1]}")).startsWith("the field instances is missing");
    assertThat(refusal(reader, "{'instances':3}"))
        .isEqualTo("an array is wanted, at $.instances, byte 13");
    assertThat(refusal(reader, "{'instances':{'a':1}}")).startsWith("an array is wanted");
    assertThat(refusal(reader, "{'instances':null}")).startsWith("an array is wanted");
    assertThat(refusal(reader, "{'instances':nul}")).startsWith("the body is not JSON");
    assertThat(refusal(reader, "{'instances':[1]"))
        .isEqualTo("the body is not JSON: it ends where a comma or } is wanted, at byte 16");
    assertThat(refusal(reader, "{'instances':[1")).startsWith("the body is not JSON: it ends");
    assertThat(refusal(reader, "{'instances':[1 2]}")).startsWith("the body is not JSON");
    assertThat(refusal(reader, "{'instances':[1,]}")).startsWith("the body is not JSON");
    assertThat(refusal(reader, "{'instances':[NaN]}")).startsWith("the body is not JSON");
    assertThat(refusal(reader, "{'instances':[-Infinity]}")).startsWith("the body is not JSON");
    assertThat(refusal(reader, "{'instances':[01]}")).startsWith("the body is not JSON");
  }

  @ParameterizedTest
  @MethodSource("readers")
  void C3_7_anythingBehindTheObject_isRefused(InstanceReader<?> reader) {
    assertThat(read(reader, "{'instances':[1]} \r\n").instances()).hasSize(1);
    assertThat(refusal(reader, "{'instances':[1]} x"))
        .isEqualTo("the body is not JSON: something follows the object, at byte 18");
    assertThat(refusal(reader, "{'instances':[1]}{}")).contains("something follows");
    assertThat(refusal(reader, "{'instances':[1]}]")).contains("something follows");
  }

  @ParameterizedTest
  @MethodSource("readers")
  void fieldsOfOurs_twice_areRefused(InstanceReader<?> reader) {
    assertThat(refusal(reader, "{'instances':[1],'instances':[1]}"))
        .isEqualTo("this field occurs twice, at $.instances, byte 29");
    assertThat(refusal(reader, "{'parameters':null,'instances':[1],'parameters':null}"))
        .startsWith("this field occurs twice, at $.parameters");
    assertThat(refusal(reader, "{'instances':[1],'inst\\u0061nces':[1]}"))
        .startsWith("this field occurs twice");
  }

  @ParameterizedTest
  @MethodSource("readers")
  void fieldNames_escaped_areTheSameNames(InstanceReader<?> reader) {
    PredictRequest<?> request = read(reader, "{'\\u0069nstances':[1],'param\\u0065ters':{'k':1}}");

    assertThat(request.instances()).hasSize(1);
    assertThat(request.parameters().present()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("readers")
  void C3_2_otherEncodings_areRefusedByName(InstanceReader<?> reader) {
    String envelope = "{\"instances\":[1]}";
    assertThat(refusalOf(reader, ("\ufeff" + envelope).getBytes(UTF_8)))
        .isEqualTo(
            "the body is not JSON: it begins with a byte order mark; send UTF-8 without one,"
                + " at byte 0");
    for (String marked : new String[] {envelope, "\ufeff" + envelope}) {
      assertThat(refusalOf(reader, marked.getBytes(UTF_16LE))).contains("UTF-16", "send UTF-8");
      assertThat(refusalOf(reader, marked.getBytes(UTF_16BE))).contains("UTF-16", "send UTF-8");
    }
  }

  @Test
  void C3_2_invalidUtf8_isRefusedWhereverItStands() {
    InstanceReader<String> texts = InstanceReader.of(String.class);
    for (String field : new String[] {"a", "parameters"}) {
      String envelope = "{\"instances\":[],\"" + field + "\":\"\u00ff\"}";
      assertThat(refusalOf(texts, envelope.getBytes(ISO_8859_1))).contains("not UTF-8");
    }
    for (String bad :
        new String[] {"\u00ff", "\u00c0\u0080", "\u00f5\u0080\u0080\u0080", "\u00e9"}) {
      String envelope = "{\"instances\":[\"ok\",\"" + bad + "\"]}";
      assertThat(refusalOf(texts, envelope.getBytes(ISO_8859_1)))
          .isEqualTo("the body is not JSON: a string holds bytes that are not UTF-8, at byte 20");
    }
  }

  @ParameterizedTest
  @MethodSource("readers")
  void nesting_beyondTheLimit_isRefusedByItsName(InstanceReader<?> reader) {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    assertThat(refusal(reader, "{'instances':[" + deep + "]}")).doesNotContain("StackOverflow");
    assertThat(refusal(reader, "{'a':" + deep + ",'instances':[1]}"))
        .isEqualTo(
            "arrays and objects are nested deeper than maxDepth 100, at $.a[0][0][0][0][0], byte"
                + " 104");
    assertThat(refusal(reader, "{'instances':[1],'parameters':" + deep + "}"))
        .contains("maxDepth 100");
  }

  @Test
  void nesting_ofInstances_isLimitedAlikeForAllReaders() {
    InstanceReader<JsonNode> trees = InstanceReader.of(JsonNode.class);
    String deepest = "[".repeat(98) + "]".repeat(98);
    String deeper = "[" + deepest + "]";
    for (InstanceReader<?> reader : new InstanceReader<?>[] {trees, TENSORS}) {
      assertThat(read(reader, "{'instances':[" + deepest + "]}").instances()).hasSize(1);
      assertThat(refusal(reader, "{'instances':[" + deeper + "]}"))
          .isEqualTo(
              "arrays and objects are nested deeper than maxDepth 100, at"
                  + " $.instances[0][0][0][0][0], byte 112");
    }
  }

  @ParameterizedTest
  @MethodSource("readers")
  void numbersAndInstances_beyondTheirLimits_areRefusedByName(InstanceReader<?> reader) {
    String number = "0." + "1".repeat(5000);
    assertThat(refusal(reader, "{'instances':[" + number + "]}")).contains("maxNumberLength 1000");
    assertThat(refusal(reader, "{'instances':[],'a':" + number + "}"))
        .contains("maxNumberLength 1000");
    byte[] body = bytes("{'instances':[1,2,3,4]}");
    EnvelopeRules few =
        EnvelopeRules.DEFAULT
            .json(new JsonRules(10, 10, 10, Integer.MAX_VALUE, false))
            .maxInstances(3);
    assertThatThrownBy(
            () -> EnvelopeReader.of(reader, few, BytePool.of(0)).read(body, 0, body.length))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("there are more instances than maxInstances 3");
  }

  @ParameterizedTest
  @MethodSource("readers")
  void number_beyondDouble_isRefused(InstanceReader<?> reader) {
    assertThat(refusal(reader, "{'instances':[1, -1e400]}")).contains("at $.instances[1], byte");
    assertThat(refusal(reader, "{'instances':[1],'parameters':[1e400]}"))
        .startsWith("this number is beyond what float64 can hold, at $.parameters");
  }

  @ParameterizedTest
  @MethodSource("readers")
  void read_partOfAnArray_seesNothingAround(InstanceReader<?> reader) {
    byte[] body = bytes("{'instances':[1,2]}");
    byte[] larger = new byte[body.length + 40];
    Arrays.fill(larger, (byte) '1');
    System.arraycopy(body, 0, larger, 20, body.length);
    EnvelopeReader<?> envelopes = EnvelopeReader.of(reader, EnvelopeRules.DEFAULT, BytePool.of(0));

    assertThat(envelopes.read(larger, 20, body.length).instances())
        .extracting(EnvelopeReaderTest::number)
        .containsExactly(1.0, 2.0);
    assertThatThrownBy(() -> envelopes.read(larger, 20, body.length - 3))
        .isInstanceOf(MalformedJsonException.class);
    assertThatThrownBy(() -> envelopes.read(body, 1, body.length))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void badBody_isCheap_withoutAStackTrace() {
    byte[] body = bytes("{");
    assertThatThrownBy(
            () ->
                EnvelopeReader.of(TENSORS, EnvelopeRules.DEFAULT, BytePool.of(0)).read(body, 0, 1))
        .satisfies(thrown -> assertThat(thrown.getStackTrace()).isEmpty());
  }

  @Test
  void limits_outOfRange_areRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> EnvelopeRules.DEFAULT.maxInstances(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JsonRules(0, 1, 1, Integer.MAX_VALUE, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JsonRules(1001, 1, 1, Integer.MAX_VALUE, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JsonRules(1, 0, 1, Integer.MAX_VALUE, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new JsonRules(1, 1, 0, Integer.MAX_VALUE, false));
  }

  private static String refusalOf(InstanceReader<?> reader, byte[] body) {
    try {
      EnvelopeReader.of(reader, EnvelopeRules.DEFAULT, BytePool.of(0)).read(body, 0, body.length);
      throw new AssertionError("accepted");
    } catch (MalformedJsonException refused) {
      return refused.getMessage();
    }
  }

  private static double number(Object instance) {
    return instance instanceof Tensor tensor ? tensor.number(0) : (Double) instance;
  }
}
