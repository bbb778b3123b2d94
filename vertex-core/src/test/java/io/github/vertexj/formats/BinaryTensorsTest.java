package io.github.vertexj.formats;

import static io.github.vertexj.formats.Formats.HEAD;
import static io.github.vertexj.formats.Formats.JSON;
import static io.github.vertexj.formats.Formats.TRITON;
import static io.github.vertexj.formats.Formats.TYPE;
import static io.github.vertexj.formats.Formats.bytes;
import static io.github.vertexj.formats.Formats.json;
import static io.github.vertexj.formats.Formats.read;
import static io.github.vertexj.formats.Formats.refusal;
import static io.github.vertexj.formats.Formats.triton;
import static io.github.vertexj.formats.Formats.withTail;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.envelope.Replies;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.UnwritablePredictionException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol with binary tensors behind its JSON, both ways. */
final class BinaryTensorsTest {
  private static final InstanceReader<Tensor> FLOATS = InstanceReader.of(Tensor.class);
  private static final InstanceReader<Tensors> ANY_GROUP = InstanceReader.of(Tensors.class);
  private static final Tensor NUMBERS = Tensor.of(new float[] {1, -2.5f, Float.NaN, -0f}, 2, 2);
  private static final String FOUR_FLOATS =
      "{'inputs':[{'name':'x','shape':[2,2],'datatype':'FP32',"
          + "'parameters':{'binary_data_size':16}}]}";
  private static final String ASKING =
      "{'parameters':{'binary_data_output':true}," + FOUR_FLOATS.substring(1);

  @Test
  void C11_9_rows_areTheInstances_bitByBit() {
    byte[] body = withTail(FOUR_FLOATS, NUMBERS);
    List<Tensor> instances = read(FLOATS, triton(FOUR_FLOATS), body).request().instances();

    assertThat(instances).hasSize(2);
    assertThat(instances.get(0).toFloats()).containsExactly(1, -2.5f);
    assertThat(instances.get(1).bytes()).isEqualTo(NUMBERS.row(1).bytes());
  }

  @ParameterizedTest
  @EnumSource
  void C11_9_type_anyOfOurs_goesInAndOut(TensorType type) {
    byte[] elements = new byte[3 * type.bytes()];
    elements[0] = 1;
    Tensor tensor = Tensor.view(type, io.github.vertexj.Shape.of(3, 1), elements, 0);
    String head =
        "{'parameters':{'binary_data_output':true},'inputs':[{'name':'x','shape':[3,1],"
            + "'datatype':'%s','parameters':{'binary_data_size':%d}}]}"
                .formatted(OpenInferenceTypes.name(type), elements.length);
    Exchange<Tensor, Object> exchange =
        read(InstanceReader.tensor(TensorSpec.of(type)), triton(head), withTail(head, tensor));

    assertThat(tail(echo(exchange))).isEqualTo(elements);
  }

  @Test
  void C11_9_reply_isInTheFormOfTheRequest() {
    byte[] body = withTail(ASKING, NUMBERS);
    WrittenReply byType = echo(read(FLOATS, triton(ASKING), body));
    String length = String.valueOf(byType.headers().get(HEAD));
    assertThat(byType.mediaType()).isEqualTo(TRITON + ";json-header-size=" + length);

    Map<String, String> headers = Map.of(HEAD, Integer.toString(json(ASKING).length));
    WrittenReply byHeader = echo(read(FLOATS, headers, body));
    assertThat(byHeader.mediaType()).isEqualTo("application/octet-stream");
    assertThat(byHeader.headers()).isEqualTo(byType.headers());
    assertThat(bytes(byHeader)).isEqualTo(bytes(byType));

    String asText =
        "{'parameters':{'binary_data_output':true},'inputs':"
            + "[{'name':'x','shape':[1],'datatype':'FP32','data':[1]}]}";
    assertThat(echo(read(FLOATS, JSON, json(asText))).mediaType()).startsWith(TRITON);
  }

  @Test
  void C11_9_reply_saysWhereItsBytesAre() {
    WrittenReply reply = echo(read(FLOATS, triton(ASKING), withTail(ASKING, NUMBERS)));

    JsonNode output = head(reply).at("/outputs/0");
    assertThat(output)
        .hasToString(
            "{\"name\":\"output\",\"shape\":[2,2],\"datatype\":\"FP32\","
                + "\"parameters\":{\"binary_data_size\":16}}");
    assertThat(tail(reply)).isEqualTo(withTail("", NUMBERS));
  }

  @Test
  void outputs_areBinaryOneByOne_overWhatTheRequestSaysOfAll() {
    String inputs =
        "'outputs':[{'name':'c','parameters':{'binary_data':false}},{'name':'a','parameters':{}},"
            + "{'name':'b','parameters':{'binary_data':true}}],"
            + "'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[0]}]}";
    Tensors prediction =
        Tensors.named(
            List.of("a", "b", "c"),
            List.of(
                Tensor.of(new byte[] {1}),
                Tensor.of(new byte[] {2, 3}),
                Tensor.of(new byte[] {4})));
    WrittenReply reply = write(prediction, "{" + inputs);
    assertThat(head(reply).path("outputs"))
        .hasToString(
            "[{'name':'c','shape':[1,1],'datatype':'UINT8','data':[4]},{'name':'a','shape':[1,1],'datatype':'UINT8','data':[1]},{'name':'b','shape':[1,2],'datatype':'UINT8','parameters':{'binary_data_size':2}}]"
                .replace('\'', '"'));
    assertThat(tail(reply)).containsExactly(2, 3);
    WrittenReply all = write(prediction, "{'parameters':{'binary_data_output':true}," + inputs);
    assertThat(head(all).at("/outputs/0/data/0").intValue()).isEqualTo(4);
    assertThat(tail(all)).containsExactly(1, 2, 3);
    String none = inputs.replace("'binary_data':true", "'binary_data':false");
    assertThat(Formats.text(write(prediction, "{" + none))).contains("\"data\":[2,3]");
  }

  private static WrittenReply write(Object prediction, String body) {
    return read(FLOATS, JSON, json(body)).write(List.of(prediction), null);
  }

  @Test
  void inputs_binaryAndNot_areMixed_inTheirOrder() {
    String head =
        "{'inputs':[{'name':'a','shape':[2],'datatype':'UINT8','parameters':{'binary_data_size':2}}"
            + ",{'name':'b','shape':[2],'datatype':'INT32','data':[7,8]},"
            + "{'parameters':{'x':1,'binary_data_size':8.0},'name':'c','shape':[2,1],'datatype':"
            + "'FP32'}]}";
    byte[] body = withTail(head, Tensor.of(new byte[] {5, 6}), Tensor.of(new float[] {0.5f, 1.5f}));
    List<Tensors> instances = read(ANY_GROUP, triton(head), body).request().instances();

    Tensors second = instances.get(1);
    assertThat(second.names()).containsExactly("a", "b", "c");
    assertThat(second.get(0).integer(0)).isEqualTo(6);
    assertThat(second.get(1).integer(0)).isEqualTo(8);
    assertThat(second.get(2).toFloats()).containsExactly(1.5f);
  }

  @Test
  void C3_6_noRows_areLegal() {
    String head =
        "{'inputs':[{'name':'x','shape':[0,2],'datatype':'FP32',"
            + "'parameters':{'binary_data_size':0}}],'parameters':{'binary_data_output':true}}";
    Exchange<Tensor, Object> exchange = read(FLOATS, triton(head), json(head));

    assertThat(exchange.request().instances()).isEmpty();
    assertThat(Formats.text(exchange.write(List.of(), null))).endsWith("\"outputs\":[]}");
  }

  @Test
  void memory_ofTensorsAndReply_comesFromThePoolAndGoesBack() {
    BytePool pool = BytePool.of(1 << 20);
    Exchange<Tensor, Object> exchange =
        read(FLOATS, triton(ASKING), withTail(ASKING, NUMBERS), pool);
    assertThat(pool.pooledBytes()).isZero();
    exchange.request().close();
    assertThat(pool.pooledBytes()).isEqualTo(1024);
    byte[] wrong = withTail(ASKING, NUMBERS, NUMBERS);
    org.assertj.core.api.Assertions.catchThrowable(() -> read(FLOATS, triton(ASKING), wrong, pool));
    assertThat(pool.pooledBytes()).as("a refused body keeps nothing").isEqualTo(1024);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        ";json-header-size=abc | - | json-header-size must be a whole number of bytes",
        ";json-header-size=-1 | - | json-header-size must be a whole number of bytes",
        ";json-header-size=+9 | - | json-header-size must be a whole number of bytes",
        ";json-header-size=1.0 | - | json-header-size must be a whole number of bytes",
        ";json-header-size= | - | json-header-size must be a whole number of bytes",
        ";json-header-size | - | json-header-size must be a whole number of bytes",
        ";json-header-size=\"\" | - | json-header-size must be a whole number of bytes",
        ";json-header-size=1 2 | - | json-header-size must be a whole number of bytes",
        ";json-header-size=٣ | - | json-header-size must be a whole number of bytes",
        ";json-header-size=111 | - | json-header-size lies beyond the body's 110 bytes",
        ";json-header-size=2147483648 | - | json-header-size lies beyond the body's 110 bytes",
        ";json-header-size=99999999999999999999 | - | json-header-size lies beyond the body's 110",
        ";json-header-size=94;json-header-size=94 | - | json-header-size occurs twice",
        ";JSON-Header-Size=94; json-header-size=5 | - | json-header-size occurs twice",
        "'' | - | the parameter json-header-size is missing",
        ";charset=utf-8 | - | the parameter json-header-size is missing",
        ";json-header-size=94 | 93 | the head's length is another one than json-header-size",
        ";json-header-size=94 | abc | the head's length must be a whole number of bytes",
        "- | '' | the head's length must be a whole number of bytes",
        "- | -1 | the head's length must be a whole number of bytes",
        "- | 94, 94 | the head's length must be a whole number of bytes",
        "- | 111 | the head's length lies beyond the body's 110 bytes",
        "- | 4294967387 | the head's length lies beyond the body's 110 bytes",
      })
  void C11_9_headLength_malformed_isRefusedWithItsHeader(
      @org.jspecify.annotations.Nullable String parameters,
      @org.jspecify.annotations.Nullable String header,
      String fault) {
    byte[] body = withTail(FOUR_FLOATS, NUMBERS);
    assertThat(body).hasSize(110);
    Map<String, String> headers = new HashMap<>();
    if (parameters != null) {
      headers.put(TYPE, TRITON + parameters);
    }
    if (header != null) {
      headers.put(HEAD, header);
    }
    String place = fault.startsWith("the head") ? HEAD : TYPE;
    assertThat(refusal(FLOATS, headers, body)).startsWith(fault).endsWith("header " + place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ";json-header-size=94",
        "; JSON-HEADER-SIZE = 94",
        ";charset=utf-8;json-header-size=\"94\"",
        " ; json-header-size=0094 ; x",
      })
  void C11_9_headLength_isTakenAsHttpMayWriteIt(String parameters) {
    Map<String, String> headers =
        Map.of(TYPE, "Application/VND.vertex-ai-triton.binary+json" + parameters);
    assertThat(read(FLOATS, headers, withTail(FOUR_FLOATS, NUMBERS)).request().instances())
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | the body is not JSON: it is empty, at byte 0",
        "1 | the body is not JSON: it ends where a field name",
        "93 | the body is not JSON: it ends where a comma or } is wanted, at byte 93",
        "95 | the body is not JSON: something follows the object, at byte 94",
        "110 | the body is not JSON: something follows the object, at byte 94",
      })
  void C11_9_headLength_otherThanTheJsons_isRefused(int length, String fault) {
    byte[] body = withTail(FOUR_FLOATS, NUMBERS);
    assertThat(refusal(FLOATS, Map.of(HEAD, Integer.toString(length)), body)).startsWith(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[2,2] | FP32 | 15 | 16 | binary_data_size is 15, and FP32[2, 2] has 16 bytes, at"
            + " $.inputs[0].parameters",
        "[2,2] | FP32 | 17 | 17 | binary_data_size is 17, and FP32[2, 2] has 16 bytes",
        "[2,2] | FP64 | 16 | 16 | binary_data_size is 16, and FP64[2, 2] has 32 bytes",
        "[2,2] | FP32 | 16 | 12 | binary_data_size is 16, and 12 bytes are left for it, at"
            + " $.inputs[0]",
        "[2,2] | FP32 | 16 | 0 | binary_data_size is 16, and 0 bytes are left for it",
        "[2,2] | FP32 | 16 | 17 | 1 bytes follow the last binary input, at byte ",
        "[2,2] | FP32 | -16 | 16 | binary_data_size is a whole number from 0 on",
        "[2,2] | FP32 | 16.5 | 16 | binary_data_size is a whole number from 0 on",
        "[2,2] | FP32 | \"16\" | 16 | binary_data_size is a whole number from 0 on",
        "[2,2] | FP32 | null | 16 | binary_data_size is a whole number from 0 on",
        "[2,2] | FP32 | 99999999999999999999 | 16 | binary_data_size is a whole number",
        "[2,2] | FP32 | 4294967312 | 16 | binary_data_size is 4294967312, and FP32[2, 2] has 16",
        "[536870912,2] | FP64 | 8589934592 | 16 | binary_data_size is 8589934592, and 16 bytes",
        "[2,2] | INT32 | 16 | 16 | the type FP32 is wanted and INT32 was given, at"
            + " $.inputs[0].datatype",
        "[1000001] | FP32 | 4000004 | 4000004 | there are more instances than maxInstances",
        "[1000,0] | FP32 | 0 | 0 | there are more instances than bytes of the body",
      })
  void input_wrong_isRefusedWithItsPlace(
      String shape, String type, String size, int tail, String fault) {
    String head =
        "{'inputs':[{'name':'x','shape':%s,'datatype':'%s','parameters':{'binary_data_size':%s}}]}"
            .formatted(shape, type, size);
    byte[] body = withTail(head, Tensor.of(new byte[tail]));
    assertThat(refusal(FLOATS, triton(head), body)).startsWith(fault);
  }

  @Test
  void input_bothBinaryAndNot_orTwice_isRefused() {
    String both = FOUR_FLOATS.replace("'parameters'", "'data':[1,2,3,4],'parameters'");
    assertThat(refusal(FLOATS, triton(both), withTail(both, NUMBERS)))
        .startsWith("either data or binary_data_size is wanted, not both, at $.inputs[0]");
    String twice = FOUR_FLOATS.replace(":16", ":16,'binary_data_size':16");
    assertThat(refusal(FLOATS, triton(twice), withTail(twice, NUMBERS)))
        .startsWith("binary_data_size occurs twice, at $.inputs[0].parameters");
  }

  @Test
  void bool_otherThanZeroAndOne_isRefused() {
    String head =
        "{'inputs':[{'name':'x','shape':[2],'datatype':'BOOL',"
            + "'parameters':{'binary_data_size':2}}]}";
    InstanceReader<Tensor> bools = InstanceReader.tensor(TensorSpec.of(TensorType.BOOL));
    byte[] body = withTail(head, Tensor.of(new byte[] {1, 2}));
    assertThat(refusal(bools, triton(head), body))
        .startsWith("a bool is a byte of 0 or 1, at $.inputs[0], byte");
  }

  @Test
  void envelope_withAHead_isRefused() {
    String head = "{'instances':[1]}";
    assertThat(refusal(FLOATS, triton(head), json(head)))
        .startsWith("instances have no place in a request with a head");
  }

  /** Whatever the bytes, a body is taken or refused with one sentence, and nothing else happens. */
  @Test
  void fuzz_ofHeadersAndBodies_isTakenOrRefused() {
    Random random = new Random(20);
    byte[] body = withTail(ASKING, NUMBERS);
    BytePool pool = BytePool.of(1 << 20);
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutant = body.clone();
      for (int change = random.nextInt(4); change > 0; change--) {
        mutant[random.nextInt(mutant.length)] = mutation(random);
      }
      mutant =
          Arrays.copyOf(mutant, Math.max(0, mutant.length - Math.max(0, random.nextInt(9) - 6)));
      int head = json(ASKING).length + (random.nextInt(5) == 0 ? random.nextInt(40) - 20 : 0);
      Map<String, String> headers =
          Map.of(TYPE, TRITON + ";json-header-size=" + (random.nextInt(50) == 0 ? "x" : head));
      try {
        Exchange<Tensor, Object> exchange = read(FLOATS, headers, mutant, pool);
        bytes(echo(exchange));
        exchange.request().close();
        taken++;
      } catch (BadBodyException | io.github.vertexj.InvalidInputException refused) {
        assertThat(refused).hasMessageContaining(", at ");
      } catch (UnwritablePredictionException notFinite) {
        assertThat(notFinite).hasMessageContaining("NaN");
      }
    }
    assertThat(taken).isBetween(1_000, 19_000);
  }

  private static byte mutation(Random random) {
    return random.nextBoolean()
        ? (byte) random.nextInt(256)
        : (byte) "{}[]\",:0123456789.-eE truefalsnul".charAt(random.nextInt(30));
  }

  private static WrittenReply echo(Exchange<Tensor, Object> exchange) {
    return exchange.write(List.copyOf(exchange.request().instances()), null);
  }

  private static int headLength(WrittenReply reply) {
    return Integer.parseInt(String.valueOf(reply.headers().get(HEAD)));
  }

  private static JsonNode head(WrittenReply reply) {
    return Replies.parse(new String(reply.buffer().array(), 0, headLength(reply), UTF_8));
  }

  private static byte[] tail(WrittenReply reply) {
    return Arrays.copyOfRange(reply.buffer().array(), headLength(reply), reply.buffer().length());
  }

  /** One JSON test would not see this: the order of a machine's bytes. */
  @Test
  void elements_areLittleEndian() {
    ByteBuffer one = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0x01020304);
    String head =
        "{'inputs':[{'name':'x','shape':[1],'datatype':'INT32',"
            + "'parameters':{'binary_data_size':4}}]}";
    Tensor tensor =
        read(
                InstanceReader.tensor(TensorSpec.of(TensorType.INT32)),
                triton(head),
                withTail(head, Tensor.of(one.array())))
            .request()
            .instances()
            .get(0);
    assertThat(tensor.integer(0)).isEqualTo(0x01020304);
  }
}
