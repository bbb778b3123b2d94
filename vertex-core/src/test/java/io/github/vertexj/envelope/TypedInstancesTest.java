package io.github.vertexj.envelope;

import static io.github.vertexj.envelope.Envelopes.read;
import static io.github.vertexj.envelope.Envelopes.readOne;
import static io.github.vertexj.envelope.Envelopes.refusalOfSecond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.StartException;
import io.github.vertexj.json.BytePool;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances that Jackson reads: records, beans, trees, maps, bytes, and by a function. */
final class TypedInstancesTest {
  private static final InstanceReader<Flower> FLOWERS = InstanceReader.of(Flower.class);
  private static final String IRIS =
      "{'width':0.5,'petals':3,'name':'iris','kind':'WILD','sizes':[1,2],'seen':true}";

  enum Kind {
    WILD,
    GARDEN
  }

  record Flower(
      double width, int petals, String name, Kind kind, List<Integer> sizes, boolean seen) {}

  record Image(byte[] pixels, List<byte[]> layers, Object extra, JsonNode tree) {}

  record Ranged(int least, int most) {
    Ranged {
      if (least > most) {
        throw new IllegalArgumentException("least must not be above most");
      }
    }
  }

  record Named(String name) {
    Named {
      Objects.requireNonNull(name, "name");
    }
  }

  record Picky(String name) {
    Picky {
      if (name.isBlank()) {
        throw new InvalidInputException("a name is wanted");
      }
    }
  }

  record Broken(int number) {
    Broken {
      if (number == 2) {
        throw new IllegalStateException("a fault of the server");
      }
    }
  }

  record Own(String b64) {}

  interface Unreadable {}

  @Test
  void record_fields_areRead() {
    assertThat(readOne(FLOWERS, IRIS))
        .isEqualTo(new Flower(0.5, 3, "iris", Kind.WILD, List.of(1, 2), true));
  }

  @Test
  void null_isALegalInstance() {
    assertThat(read(FLOWERS, "{'instances':[null," + IRIS + ",null]}").instances())
        .hasSize(3)
        .startsWith((Flower) null)
        .endsWith((Flower) null);
    assertThat(read(InstanceReader.of(JsonNode.class), "{'instances':[null]}").instances())
        .containsExactly(NullNode.getInstance());
  }

  @Test
  void instances_areUnmodifiable() {
    List<Integer> numbers = read(InstanceReader.of(Integer.class), "{'instances':[1]}").instances();

    assertThatThrownBy(() -> numbers.add(2)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void C3_8_wholeNumbers_mayBeWrittenWithPointAndExponent() {
    String iris = IRIS.replace("3,", "3.0,").replace("[1,2]", "[1.0,0.2e1]");

    assertThat(readOne(FLOWERS, iris)).isEqualTo(readOne(FLOWERS, IRIS));
    assertThat(readOne(InstanceReader.of(long[].class), "[9007199254740993.0,1e18,-0.0]"))
        .containsExactly(9007199254740993L, 1_000_000_000_000_000_000L, 0);
    assertThat(readOne(InstanceReader.of(short.class), "5.0")).isEqualTo((short) 5);
    assertThat(readOne(InstanceReader.of(Byte.class), "5.0")).isEqualTo((byte) 5);
  }

  @Test
  void C3_8_textNaN_isANumberThatJsonCannotWrite() {
    assertThat(readOne(FLOWERS, IRIS.replace("0.5", "'NaN'")).width()).isNaN();
  }

  /** What is replaced in the record, by what, and what the caller is told. */
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "3, | 3.5, | a whole number of 32 bits is wanted | .petals",
        "3, | 3000000000, | a whole number of 32 bits is wanted | .petals",
        "3, | 3e9, | a whole number of 32 bits is wanted | .petals",
        "3, | 1e999999999, | this number is beyond what float64 can hold | .petals",
        "3, | '3', | a whole number is wanted | .petals",
        "3, | null, | a whole number is wanted | .petals",
        "3, | true, | a whole number is wanted | .petals",
        "3, | [3], | a whole number is wanted | .petals",
        "3, | {}, | a whole number is wanted | .petals",
        "'petals':3, | `` | this field is missing | .petals",
        "0.5 | 1e400 | this number is beyond what float64 can hold | .width",
        "0.5 | '0.5' | a number is wanted | .width",
        "'iris' | 5 | text is wanted | .name",
        "'iris' | true | text is wanted | .name",
        "'iris' | {} | text is wanted | .name",
        "'WILD' | 'wild' | one of WILD, GARDEN is wanted | .kind",
        "'WILD' | 0 | one of WILD, GARDEN is wanted | .kind",
        "'WILD' | '' | one of WILD, GARDEN is wanted | .kind",
        "[1,2] | 1 | an array is wanted | .sizes",
        "[1,2] | {} | an array is wanted | .sizes",
        "[1,2] | [1,2.5] | a whole number of 32 bits is wanted | .sizes[1]",
        "[1,2] | [1,'2'] | a whole number is wanted | .sizes[1]",
        "true | 1 | true or false is wanted | .seen",
        "true | 'true' | true or false is wanted | .seen",
      })
  void record_wrongField_isRefusedWithItsPath(
      String part, String instead, String fault, String path) {
    String bad = IRIS.replace(part, instead == null ? "" : instead);

    assertThat(refusalOfSecond(FLOWERS, IRIS, bad))
        .startsWith(fault + ", at $.instances[1]" + path + ", byte ")
        .doesNotContain("java.", "Flower", "vertexj");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "'text'", "[]", "true", "''"})
  void record_fromAnotherKind_isRefused(String instance) {
    assertThat(refusalOfSecond(FLOWERS, IRIS, instance))
        .contains("wanted, at $.instances[1], byte");
  }

  @Test
  void refusal_byteOffset_pointsAtTheValue() {
    String bad = "{'name':'iris','kind':'BLUE'}";
    assertThat(refusalOfSecond(FLOWERS, "null", bad))
        .isEqualTo(
            "one of WILD, GARDEN is wanted, at $.instances[1].kind, byte "
                + ("{'instances':[null,".length() + bad.indexOf("'BLUE'")));
  }

  @Test
  void record_unknownField_isIgnoredButMustBeJson() {
    String more = IRIS.replace("{", "{'more':{'a':[1,{}]},");

    assertThat(readOne(FLOWERS, more)).isEqualTo(readOne(FLOWERS, IRIS));
    assertThat(refusalOfSecond(FLOWERS, IRIS, more.replace("{}", "nul")))
        .startsWith("the body is not JSON: a value is wanted, at byte");
  }

  @Test
  void record_fieldTwice_isTheLast() {
    assertThat(readOne(FLOWERS, IRIS.replace("{", "{'petals':9,")).petals()).isEqualTo(3);
  }

  @Test
  void record_refusingItself_speaksToTheCaller() {
    assertThat(refusalOfSecond(InstanceReader.of(Ranged.class), "null", "{'least':2,'most':1}"))
        .startsWith("least must not be above most, at $.instances[1], byte ");
    assertThat(refusalOfSecond(InstanceReader.of(Picky.class), "null", "{'name':' '}"))
        .startsWith("a name is wanted, at $.instances[1], byte ");
    assertThat(refusalOfSecond(InstanceReader.of(Named.class), "null", "{}"))
        .startsWith("this field is missing, at $.instances[1].name, byte ");
  }

  @Test
  void record_failingOtherwise_isTheServersFault() {
    assertThatThrownBy(() -> read(InstanceReader.of(Broken.class), "{'instances':[{'number':2}]}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a fault of the server");
  }

  @Test
  void type_thatJacksonCannotRead_isRefusedAtTheStart() {
    assertThatThrownBy(
            () ->
                EnvelopeReader.of(
                    InstanceReader.of(Unreadable.class), EnvelopeRules.DEFAULT, BytePool.of(0)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("Unreadable");
  }

  @Test
  void C3_10_b64Alone_isBytesAtAnyDepth() {
    Image image =
        readOne(
            InstanceReader.of(Image.class),
            "{'pixels':{'b64':'AQI='},'layers':[{'b64':'AQ'},'Ag==',null],"
                + "'extra':{'deep':[{'b64':'AQID'},{'b64':'AQ','more':1}]},"
                + "'tree':[{'deep':{'b64':'BA'}},{'b64':5},{'b64':'AQ','more':1}]}");

    assertThat(image.pixels()).containsExactly(1, 2);
    assertThat(image.layers()).containsExactly(new byte[] {1}, new byte[] {2}, null);
    List<?> deep = (List<?>) ((Map<?, ?>) image.extra()).get("deep");
    assertThat(deep.get(0)).isEqualTo(new byte[] {1, 2, 3});
    assertThat(deep.get(1)).isEqualTo(Map.of("b64", "AQ", "more", 1));
    assertThat(image.tree().at("/0/deep")).isEqualTo(BinaryNode.valueOf(new byte[] {4}));
    assertThat(image.tree().at("/1/b64").intValue()).isEqualTo(5);
    assertThat(image.tree().at("/2/b64").textValue()).isEqualTo("AQ");
  }

  @Test
  void C3_10_b64Alone_isBytesAsAnInstance() {
    assertThat(readOne(InstanceReader.of(byte[].class), "{'b64':'AQI='}")).containsExactly(1, 2);
    assertThat(readOne(InstanceReader.of(Object.class), "{'b64':'AQI='}"))
        .isEqualTo(new byte[] {1, 2});
    assertThat(readOne(InstanceReader.of(JsonNode.class), "{'b64':'AQI='}"))
        .isEqualTo(BinaryNode.valueOf(new byte[] {1, 2}));
    assertThat(
            readOne(
                InstanceReader.of(new TypeReference<Map<String, Object>>() {}),
                "{'a':{'b64':'AQ'}}"))
        .containsEntry("a", new byte[] {1});
  }

  @Test
  void b64_whereTheTypeWantsAnObject_isAnOrdinaryField() {
    assertThat(readOne(InstanceReader.of(Own.class), "{'b64':'AQI='}").b64()).isEqualTo("AQI=");
    assertThat(
            readOne(InstanceReader.of(ObjectNode.class), "{'b64':'AQI='}").get("b64").textValue())
        .isEqualTo("AQI=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"AQIDBA==", "AQIDBA", "AQID\\r\\nBA==\\r\\n", "AQ\\nIDB\\nA", "AQIDBA\\u003d="})
  void C3_12_base64_mayLackPaddingAndHoldLineBreaks(String base64) {
    String instance = "{'b64':'" + base64 + "'}";
    byte[] bytes = {1, 2, 3, 4};

    assertThat(readOne(InstanceReader.of(byte[].class), instance)).isEqualTo(bytes);
    assertThat(readOne(InstanceReader.of(byte[].class), "'" + base64 + "'")).isEqualTo(bytes);
    assertThat(readOne(InstanceReader.of(Object.class), instance)).isEqualTo(bytes);
    assertThat(readOne(InstanceReader.of(JsonNode.class), instance))
        .isEqualTo(BinaryNode.valueOf(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A", "AQ=", "A*==", "AQ==AQ", "AQI-"})
  void base64_bad_isRefused(String base64) {
    for (Class<?> type : List.of(byte[].class, Object.class, JsonNode.class)) {
      assertThat(refusalOfSecond(InstanceReader.of(type), "null", "{'b64':'" + base64 + "'}"))
          .startsWith("base64 text is wanted, at $.instances[1]");
    }
    assertThat(
            refusalOfSecond(
                InstanceReader.of(Object.class), "null", "{'a':[0,{'b64':'" + base64 + "'}]}"))
        .contains("at $.instances[1].a[1].b64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'b64':'AQ','more':1}", "{}", "{'b64':5}", "{'c64':'AQ'}", "5", "true"})
  void bytes_fromAnythingElse_areRefused(String instance) {
    assertThat(refusalOfSecond(InstanceReader.of(byte[].class), "null", instance))
        .startsWith("base64 text is wanted, at $.instances[1]");
  }

  @Test
  void anyValue_asTreeOrObject_isKept() {
    String values = "[5,-0.5,'text',true,[1,[]],{'a':{}},123456789012345678901234567890]";
    assertThat(readOne(InstanceReader.of(JsonNode.class), values))
        .hasToString(values.replace('\'', '"'));
    assertThat(readOne(InstanceReader.of(Object.class), values)).isInstanceOf(List.class);
    for (Class<?> type : List.of(Object.class, JsonNode.class, double[].class, float[].class)) {
      assertThat(refusalOfSecond(InstanceReader.of(type), "null", "[0,1e400]"))
          .startsWith("this number is beyond what float");
    }
    assertThat(refusalOfSecond(InstanceReader.of(float[].class), "null", "[0,1e39]"))
        .startsWith("this number is beyond what float32 can hold, at $.instances[1][1]");
  }

  @Test
  void mapKeys_thatAreNoPlainWords_areNotRepeated() {
    InstanceReader<?> maps = InstanceReader.of(new TypeReference<Map<String, Integer>>() {});

    assertThat(refusalOfSecond(maps, "{'ok':1}", "{'<script>':'x'}"))
        .startsWith("a whole number is wanted, at $.instances[1].*, byte ");
    assertThat(refusalOfSecond(maps, "{'ok':1}", "{'ok-2_b':'x'}"))
        .startsWith("a whole number is wanted, at $.instances[1].ok-2_b, byte ");
  }

  @Test
  void fieldName_withASurrogateAlone_isRefused() {
    assertThat(refusalOfSecond(InstanceReader.of(JsonNode.class), "1", "{'\\ud800':1}"))
        .startsWith("this value cannot be read, at $.instances[1]");
  }

  @Test
  void streaming_function_readsEachInstance() {
    InstanceReader<int[]> pairs = InstanceReader.streaming(TypedInstancesTest::readPair);
    List<int[]> instances =
        read(pairs, "{'instances':[[1,2.0] , [3,4]],'parameters':1}").instances();

    assertThat(instances).containsExactly(new int[] {1, 2}, new int[] {3, 4});
  }

  @Test
  void streaming_fault_isRefusedWithThePathOfTheInstance() {
    InstanceReader<int[]> pairs = InstanceReader.streaming(TypedInstancesTest::readPair);

    assertThat(refusalOfSecond(pairs, "[1,2]", "{}"))
        .startsWith("a pair is wanted, at $.instances[1], byte ");
    assertThat(refusalOfSecond(pairs, "[1,2]", "[1,2.5]"))
        .startsWith("a whole number of 32 bits is wanted, at $.instances[1], byte ");
    assertThat(refusalOfSecond(pairs, "[1,2]", "[1,02]"))
        .startsWith("the body is not JSON: a number has a zero in front, at byte ");
  }

  @Test
  void streaming_functionThatLosesItsPlace_isTheServersFault() {
    for (InstanceReader.Streaming.Function<Object> lost :
        Arrays.<InstanceReader.Streaming.Function<Object>>asList(
            parser -> parser.nextToken(),
            parser -> parser.nextToken() == null ? null : parser.nextToken())) {
      assertThatThrownBy(() -> read(InstanceReader.streaming(lost), "{'instances':[[1,2],[3,4]]}"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("last token");
    }
    assertThatThrownBy(
            () -> read(InstanceReader.streaming(JsonParser::nextToken), "{'instances':[1,2]}"))
        .isInstanceOf(IllegalStateException.class);
  }

  private static int[] readPair(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new InvalidInputException("a pair is wanted");
    }
    parser.nextToken();
    int first = parser.getIntValue();
    parser.nextToken();
    int second = parser.getIntValue();
    parser.nextToken();
    return new int[] {first, second};
  }
}
