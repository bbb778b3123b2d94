package io.github.vertexj.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonIdentityInfo;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeWriterTest {

  record Digit(int digit, float[] probabilities) {}

  record Blob(String name, byte[] content) {}

  record Embedding(String model, Tensor vector, List<Tensor> layers, Tensors named) {}

  record Prepared(@JsonRawValue String json) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "circle"),
    @JsonSubTypes.Type(value = Square.class, name = "square")
  })
  sealed interface Figure {}

  record Circle(double radius) implements Figure {}

  record Square(float side) implements Figure {}

  record Drawing(@JsonUnwrapped Author author, List<Figure> figures) {}

  record Author(String name, @JsonInclude(JsonInclude.Include.NON_NULL) String mail) {}

  @JsonIdentityInfo(generator = ObjectIdGenerators.IntSequenceGenerator.class)
  record Shared(String name) {}

  /** A bean of the older kind. */
  public static final class Label {
    public String getText() {
      return "cat";
    }

    public double getScore() {
      return 0.5;
    }
  }

  @Test
  void C3_14_predictions_inOrderInOneArray() {
    assertThat(Replies.of("a", "b", "c")).isEqualTo("{\"predictions\":[\"a\",\"b\",\"c\"]}");
  }

  @Test
  void C3_6_noPredictions_emptyArray() {
    assertThat(Replies.of()).isEqualTo("{\"predictions\":[]}");
  }

  @Test
  void C3_16_metadata_standsBehindThePredictions() {
    assertThat(Replies.ofMetadata(Map.of("model", "m")))
        .isEqualTo("{\"predictions\":[],\"metadata\":{\"model\":\"m\"}}");
    assertThat(Replies.ofMetadata(Tensor.of(new int[] {1, 2})))
        .isEqualTo("{\"predictions\":[],\"metadata\":[1,2]}");
  }

  @Test
  void C3_29_error_isAnObjectWithText() {
    byte[] body = EnvelopeWriter.error("no \"instances\" at $\n\u0001 \u00e9\ud83d\ude00\ud800");
    String text = new String(body, StandardCharsets.UTF_8);
    assertThat(text)
        .isEqualTo("{\"error\":\"no \\\"instances\\\" at $\\n\\u0001 \u00e9\ud83d\ude00?\"}");
    assertThat(Replies.parse(text).get("error").isTextual()).isTrue();
  }

  @Test
  void write_nullPrediction_null() {
    assertThat(Replies.of(null, "a", null)).isEqualTo("{\"predictions\":[null,\"a\",null]}");
  }

  @Test
  void write_mixedList_eachInItsWay() {
    assertThat(
            Replies.of(
                Tensor.of(new float[] {1, 2}),
                new Digit(3, new float[] {0.1f}),
                null,
                Tensors.of(Tensor.of(new int[] {7})),
                "text",
                4.5f,
                Tensor.of(new boolean[] {true}),
                Map.of()))
        .isEqualTo(
            "{\"predictions\":[[1.0,2.0],{\"digit\":3,\"probabilities\":[0.1]},null,[7],"
                + "\"text\",4.5,[true],{}]}");
  }

  @Test
  void tensor_ofEveryType_asNumbersOfItsKind() {
    assertThat(Replies.ofOne(Tensor.of(new float[] {0.1f, -0f}))).isEqualTo("[0.1,-0.0]");
    assertThat(Replies.ofOne(Tensor.of(new double[] {0.1, 1e300}))).isEqualTo("[0.1,1e300]");
    assertThat(Replies.ofOne(Tensor.of(new int[] {-1, Integer.MAX_VALUE})))
        .isEqualTo("[-1,2147483647]");
    assertThat(Replies.ofOne(Tensor.of(new long[] {Long.MIN_VALUE, 0})))
        .isEqualTo("[-9223372036854775808,0]");
    assertThat(Replies.ofOne(Tensor.of(new byte[] {0, 127, -1}))).isEqualTo("[0,127,255]");
    assertThat(Replies.ofOne(Tensor.of(new boolean[] {true, false}))).isEqualTo("[true,false]");
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void tensor_scalar_bareValue(TensorType type) {
    String zero = type.floating() ? "0.0" : type == TensorType.BOOL ? "false" : "0";
    assertThat(Replies.ofOne(Tensor.view(type, Shape.SCALAR, new byte[8], 0))).isEqualTo(zero);
  }

  @Test
  void tensor_nested_byItsShape() {
    int[] values = IntStream.range(0, 12).toArray();
    assertThat(Replies.ofOne(Tensor.of(values, 2, 3, 2)))
        .isEqualTo("[[[0,1],[2,3],[4,5]],[[6,7],[8,9],[10,11]]]");
    assertThat(Replies.ofOne(Tensor.of(values, 12, 1)))
        .isEqualTo("[[0],[1],[2],[3],[4],[5],[6],[7],[8],[9],[10],[11]]");
  }

  @Test
  void tensor_row_onlyItsElements() {
    assertThat(Replies.ofOne(Tensor.of(new int[] {1, 2, 3, 4}, 2, 2).row(1))).isEqualTo("[3,4]");
  }

  @Test
  void tensor_dimensionOfZero_emptyArrays() {
    assertThat(Replies.ofOne(Tensor.of(new float[0], 0))).isEqualTo("[]");
    assertThat(Replies.ofOne(Tensor.of(new float[0], 0, 3))).isEqualTo("[]");
    assertThat(Replies.ofOne(Tensor.of(new float[0], 2, 0))).isEqualTo("[[],[]]");
  }

  @ParameterizedTest
  @ValueSource(ints = {127, 128, 129, 255, 256, 257, 10_000})
  void tensor_longRow_readsBackEqual(int length) {
    SplittableRandom random = new SplittableRandom(length);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-1e3, 1e3);
    }
    JsonNode row = Replies.parse(Replies.ofOne(Tensor.of(values)));
    assertThat(row).hasSize(length);
    for (int i = 0; i < length; i++) {
      assertThat(Float.parseFloat(row.get(i).asText())).isEqualTo(values[i]);
    }
  }

  @Test
  void tensors_everyForm() {
    Tensor one = Tensor.of(new int[] {1});
    Tensor two = Tensor.of(new int[] {2});
    assertThat(Replies.ofOne(Tensors.of(one))).isEqualTo("[1]");
    assertThat(Replies.ofOne(Tensors.ordered(List.of(one, two)))).isEqualTo("[[1],[2]]");
    assertThat(Replies.ofOne(Tensors.ordered(List.of()))).isEqualTo("[]");
    assertThat(Replies.ofOne(Tensors.named(List.of("a\"b", "ü"), List.of(one, two))))
        .isEqualTo("{\"a\\\"b\":[1],\"ü\":[2]}");
  }

  @Test
  void tensor_insideOfRecordsMapsAndLists_nestedNumbers() {
    Tensor vector = Tensor.of(new float[] {0.5f, 1});
    Embedding embedding =
        new Embedding("m", vector, List.of(vector, vector), Tensors.named(Map.of("v", vector)));
    assertThat(Replies.ofOne(Map.of("all", List.of(embedding))))
        .isEqualTo(
            "{\"all\":[{\"model\":\"m\",\"vector\":[0.5,1.0],\"layers\":[[0.5,1.0],[0.5,1.0]],"
                + "\"named\":{\"v\":[0.5,1.0]}}]}");
  }

  @Test
  void tensor_throughATree_nestedNumbers() throws Exception {
    JsonMapper withTensors = JsonMapper.builder().addModule(TensorSerializer.module()).build();
    assertThat(withTensors.writeValueAsString(Tensor.of(new float[] {0.5f}))).isEqualTo("[0.5]");
  }

  @Test
  void C3_10_bytes_asB64AtAnyDepth() {
    assertThat(Replies.of(new byte[] {1, 2}, new Blob("x", new byte[] {-1}), List.of(new byte[0])))
        .isEqualTo(
            "{\"predictions\":[{\"b64\":\"AQI=\"},{\"name\":\"x\",\"content\":{\"b64\":\"/w==\"}},"
                + "[{\"b64\":\"\"}]]}");
    assertThat(Replies.ofOne(JsonNodeFactory.instance.binaryNode(new byte[] {1})))
        .isEqualTo("{\"b64\":\"AQ==\"}");
    assertThat(Replies.ofOne(ByteBuffer.allocateDirect(1))).isEqualTo("{\"b64\":\"AA==\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {49151, 49152, 49153, 200_000})
  void C3_10_longBytes_readBackEqual(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    String text = Replies.parse(Replies.ofOne(bytes)).get("b64").asText();
    assertThat(Base64.getDecoder().decode(text)).isEqualTo(bytes);
  }

  @Test
  void write_recordsBeansAndTrees_asDatabindDoes() throws Exception {
    JsonMapper plain = new JsonMapper();
    List<Object> predictions =
        Arrays.asList(
            new Label(),
            new Digit(1, new float[] {0.25f}),
            Map.of("nested", List.of(Map.of(), List.of(), 1, 2L, "x", true)),
            new TreeMap<>(Map.of("a", 1, "b", List.of(1, List.of(2), Map.of("c", 3)))),
            new int[][] {{1}, {}, {2, 3}},
            new double[] {1.5},
            new long[] {4},
            new String[] {"p", null},
            plain.readTree("{\"a\":[1,2.5,null,true,{\"b\":[]}],\"c\":\"d\"}"),
            new BigDecimal("1E+400"),
            new BigInteger("123456789012345678901234567890"),
            (short) 7,
            'c',
            TensorType.BOOL);
    assertThat(Replies.parse(Replies.of(predictions.toArray())).get("predictions"))
        .isEqualTo(plain.readTree(plain.writeValueAsString(predictions)));
  }

  @Test
  void write_annotatedClasses_asDatabindDoes() throws Exception {
    JsonMapper plain = new JsonMapper();
    Drawing drawing =
        new Drawing(new Author("a", null), List.of(new Circle(0.5), new Square(0.25f)));
    assertThat(Replies.parse(Replies.ofOne(drawing)))
        .isEqualTo(plain.readTree(plain.writeValueAsString(drawing)));
  }

  @Test
  void write_oneObjectInTwoPredictions_wholeInEach() {
    Shared shared = new Shared("x");
    assertThat(Replies.of(shared, List.of(shared, shared)))
        .isEqualTo("{\"predictions\":[{\"@id\":1,\"name\":\"x\"},[{\"@id\":1,\"name\":\"x\"},1]]}");
  }

  @Test
  void write_ownWriterOfAllKinds_asTold() {
    JsonNode tree = Replies.parse("{\"a\":[1,{\"b\":null}]}");
    PredictionWriter<Object> writer =
        (prediction, generator) -> {
          generator.writeStartArray(prediction, 7);
          generator.writeTree(tree);
          generator.writeArray(new double[] {0.5, 1}, 0, 2);
          generator.writeNumber(new char[] {'1', '2'}, 0, 2);
          generator.writeNumber((BigDecimal) null);
          generator.writeString((String) null);
          generator.writeRawValue(new char[] {'[', '1', ']'}, 0, 3);
          generator.writeEmbeddedObject(new byte[] {1});
          JsonParser parser = tree.traverse();
          parser.nextToken();
          generator.copyCurrentStructure(parser);
          generator.writeEndArray();
        };
    assertThat(Replies.by(writer, "x"))
        .isEqualTo(
            "{\"predictions\":[[{\"a\":[1,{\"b\":null}]},[0.5,1.0],12,null,null,[1],"
                + "{\"b64\":\"AQ==\"},{\"a\":[1,{\"b\":null}]}]]}");
  }

  @Test
  void write_numberOfAnUnknownClass_itsText() {
    DoubleAdder adder = new DoubleAdder();
    adder.add(2.5);
    assertThat(Replies.ofOne(adder)).isEqualTo("2.5");
  }

  @Test
  void write_rawValue_asItIs() {
    assertThat(Replies.ofOne(new Prepared("{\"a\": [1, \"ü\"]}")))
        .isEqualTo("{\"json\":{\"a\": [1, \"ü\"]}}");
  }

  @Test
  void write_textOfEveryCharacter_readsBackEqual() {
    StringBuilder all = new StringBuilder();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        all.appendCodePoint(point);
      }
    }
    String text = all.toString();
    assertThat(Replies.parse(Replies.ofOne(text)).asText()).isEqualTo(text);
    assertThat(Replies.parse(Replies.ofOne("x" + text)).asText()).isEqualTo("x" + text);
    String name = text.substring(0, 3000);
    assertThat(Replies.parse(Replies.ofOne(Map.of(name, 1))).fieldNames().next()).isEqualTo(name);
  }

  @Test
  void write_loneSurrogates_replaced() {
    assertThat(Replies.ofOne("a\ud800b\udc00")).isEqualTo("\"a?b?\"");
    assertThat(Replies.ofOne("\udc00\ud800")).isEqualTo("\"??\"");
    assertThat(Replies.ofOne(Map.of("\ud800", 1))).isEqualTo("{\"?\":1}");
  }

  @Test
  void write_ownWriter_usesTheGeneratorAndItsCodec() {
    PredictionWriter<Object> writer =
        (prediction, generator) -> {
          generator.writeStartObject();
          generator.writeStringField("class", "cat");
          generator.writeNumberField("score", 0.1f);
          generator.writeObjectField("all", Tensor.of(new float[] {1}));
          generator.writeArrayFieldStart("chars");
          generator.writeString(new char[] {'x', 'y'}, 1, 1);
          generator.writeUTF8String(new byte[] {'z'}, 0, 1);
          generator.writeEndArray();
          generator.writeEndObject();
          generator.flush();
          generator.close();
        };
    assertThat(Replies.by(writer, 1, 2))
        .isEqualTo(
            "{\"predictions\":[{\"class\":\"cat\",\"score\":0.1,\"all\":[1.0],\"chars\":[\"y\",\"z\"]},"
                + "{\"class\":\"cat\",\"score\":0.1,\"all\":[1.0],\"chars\":[\"y\",\"z\"]}]}");
  }

  @Test
  void write_ownMapper_staysCompactAndStrict() {
    JsonMapper indenting = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    assertThat(Replies.by((p, generator) -> indenting.writeValue(generator, p), new Label()))
        .satisfies(
            reply ->
                assertThat(Replies.parse(reply))
                    .isEqualTo(
                        Replies.parse("{\"predictions\":[{\"text\":\"cat\",\"score\":0.5}]}")))
        .doesNotContain("\n");
  }
}
