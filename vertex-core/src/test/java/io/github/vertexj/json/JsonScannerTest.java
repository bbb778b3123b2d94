package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the scanner takes for JSON is what Jackson takes for JSON, but that Jackson knows UTF-8 less
 * strictly than the JDK does, takes an empty body for a missing value, and skips a byte order mark.
 *
 * <p>In the documents below a {@code ~hh} stands for a byte.
 */
final class JsonScannerTest {
  private static final JsonMapper JACKSON =
      JsonMapper.builder(
              JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-1",
        "10",
        "0.0",
        "-0.5",
        "1e1",
        "1E+1",
        "1e-1",
        "1.25e007",
        "123456789012345678901234567890",
        "1e400",
        "-1e-400",
        "\"\"",
        "\" \"",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        "{\"\":null}",
        "{\"a\":{}}",
        "[null,true,false,0,\"\"]",
        " [ 1 , 2 ] ",
        "\t[\n1\r\n]\t",
        "{ \"a\" : 1 , \"b\" : 2 }",
        "{\"a\":1,\"a\":2}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0000\"",
        "\"\\u00e9\"",
        "\"\\uD834\\uDD1E\"",
        "\"\\uABCD\"",
        "\"\\uabcd\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\\\u0041\"",
        "\"~7f\"",
        "\"é\"",
        "\"€\"",
        "\"𝄞\"",
        "\"~c2~80\"",
        "\"~df~bf\"",
        "\"~e0~a0~80\"",
        "\"~ed~9f~bf\"",
        "\"~ee~80~80\"",
        "\"~ef~bf~bf\"",
        "\"~f0~90~80~80\"",
        "\"~f4~8f~bf~bf\"",
        "{\"é\":1}",
        "\"'\"",
        "\"/\"",
        "\"//\"",
        "[\"]\"]",
        "{\"}\":\"{\"}",
        "\"~e2~80~a8\"",
        "[1,[2,[3,[4,[5,[6,[7,[8,[9]]]]]]]]]",
        "[-1,-2.5,-3e4]",
        "\"a string of more than eight bytes, then a quote \\\" and more than eight again\"",
        "[0.1,0.12,0.123,0.1234,0.12345,0.123456,0.1234567,0.12345678,0.123456789]"
      })
  void skipValue_json_isPassed(String text) {
    byte[] document = bytes(text);

    assertThat(accepts(document)).isTrue();
    assertThat(jacksonAccepts(document)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "nul",
        "nulll",
        "NULL",
        "True",
        "tru",
        "truefalse",
        "none",
        "undefined",
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "inf",
        "+1",
        "+0",
        "--1",
        "-",
        "- 1",
        "01",
        "-01",
        "00",
        "1.",
        ".1",
        "-.1",
        "1.e1",
        "1e",
        "1e+",
        "1e-",
        "1ee1",
        "1e1.0",
        "1.0.0",
        "0x1F",
        "1_000",
        "1,000",
        "1 2",
        "1a",
        "1\"\"",
        "0~00",
        "1;",
        "'a'",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u\"",
        "\"\\u1\"",
        "\"\\u12\"",
        "\"\\u123\"",
        "\"\\u123g\"",
        "\"\\U0041\"",
        "\"\\a\"",
        "\"\\'\"",
        "\"\\0\"",
        "\"\\ \"",
        "\"\\é\"",
        "\"~00\"",
        "\"~09\"",
        "\"~0a\"",
        "\"~0d\"",
        "\"~1f\"",
        "\"a\"b",
        "\"a\" \"b\"",
        "a",
        "[",
        "]",
        "[[",
        "[]]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[,]",
        "[1,,2]",
        "[1 2]",
        "[1:2]",
        "[1;2]",
        "[\"a\" \"b\"]",
        "[}",
        "{]",
        "[\"a\"",
        "[\"a]",
        "[1}",
        "[-]",
        "[1,-]",
        "[true false]",
        "[tru]",
        "[nul]",
        "[.]",
        "[+]",
        "[~0b1]",
        "[~0c1]",
        "[~a01]",
        "[1~00]",
        "[~00",
        "{",
        "}",
        "{{",
        "{}}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1,,\"b\":2}",
        "{\"a\" 1}",
        "{\"a\",1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1;\"b\":2}",
        "{\"a\"::1}",
        "{:1}",
        "{1:1}",
        "{a:1}",
        "{'a':1}",
        "{null:1}",
        "{\"a\":}",
        "{\"a\"}",
        "{\"a\":1]",
        "{\"a~00\":1}",
        "{\"a\":1}{",
        "{\"a\":1} 2",
        "[] []",
        "{},",
        "[],",
        "1,",
        ",",
        ":",
        "// c",
        "[1] // c",
        "/* c */ 1",
        "[1,/* c */2]",
        "# c",
        "[1,...]",
        "(1)",
        "<a/>",
        "`a`",
        "\u00a0[1]",
        "[1]\u00a0",
        "[\u20601]",
        "\u2028[]",
        "\ufeff",
        "\ufeff[]",
        "[\ufeff]",
        "~ff",
        "~80",
        "[~ff]",
        "é",
        "[é]",
        "\"~80\"",
        "\"~bf\"",
        "\"~fe\"",
        "\"~ff\"",
        "\"~c2\"",
        "\"~c2\"~80",
        "\"~c2a\"",
        "\"~e2~82\"",
        "\"~e2~82a\"",
        "\"~f0~90~80\"",
        "\"~f0~90~80a\"",
        "\"~f8~88~80~80~80\"",
        "\"~ed~a0~80\"",
        "\"~ed~bf~bf\"",
        "\"~c2",
        "\"~e2~82",
        "\"~f0~90",
        "*",
        "\\u005b",
        "[\\n]",
        "[\"\\n]",
        "~1e[]",
        "[]~1e",
        "~00",
        "[~00]",
        "{\"a\":~00}"
      })
  void skipValue_notJson_isRefused(String text) {
    byte[] document = bytes(text);

    assertThat(accepts(document)).isFalse();
    assertThat(jacksonAccepts(document)).isFalse();
  }

  /**
   * Overlong forms, surrogates and points beyond Unicode: RFC 3629 refuses them, Jackson does not.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"~c0~80\"",
        "\"~c0~af\"",
        "\"~c1~bf\"",
        "\"~e0~80~80\"",
        "\"~e0~9f~bf\"",
        "\"~f0~80~80~80\"",
        "\"~f0~8f~bf~bf\"",
        "\"~f4~90~80~80\"",
        "\"~f5~80~80~80\"",
        "\"~f7~bf~bf~bf\""
      })
  void skipValue_notUtf8_isRefusedThoughJacksonTakesIt(String text) {
    byte[] document = bytes(text);

    assertThat(accepts(document)).isFalse();
    assertThat(jacksonAccepts(document)).isTrue();
    assertThat(Utf8.firstFault(document, 0, document.length)).isEqualTo(1);
  }

  /**
   * RFC 8259 warns of them in section 8.2, but its grammar has them; Jackson takes them in values.
   */
  @ParameterizedTest
  @ValueSource(strings = {"{\"\\ud800\":1}", "{\"\\udc00\":1}", "{\"\\ud800\\ud800\":1}"})
  void skipValue_surrogateAloneInName_isPassedThoughJacksonRefusesIt(String text) {
    byte[] document = bytes(text);

    assertThat(accepts(document)).isTrue();
    assertThat(jacksonAccepts(document)).isFalse();
  }

  @Test
  void skipValue_nothing_isRefusedThoughJacksonTakesItForMissing() {
    assertThat(accepts(new byte[0])).isFalse();
  }

  @Test
  void skipValue_anyDocument_agreesWithJackson() {
    RandomJson json = new RandomJson(new SplittableRandom(42));
    for (int i = 0; i < 20_000; i++) {
      byte[] document = json.document();
      assertThat(accepts(document)).as(new String(document, UTF_8)).isTrue();
      assertThat(jacksonAccepts(document)).as(new String(document, UTF_8)).isTrue();
    }
  }

  @Test
  void skipValue_anyBrokenDocument_agreesWithJackson() {
    RandomJson json = new RandomJson(new SplittableRandom(43));
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] document = json.brokenDocument();
      boolean expected = jacksonAccepts(document) && isUtf8(document);
      if (accepts(document) != expected && !hasEscapedSurrogate(document)) {
        assertThat(accepts(document))
            .as(new String(document, ISO_8859_1) + " " + Arrays.toString(document))
            .isEqualTo(expected);
      }
      refused += expected ? 0 : 1;
    }
    assertThat(refused).isBetween(20_000, 95_000);
  }

  @Test
  void text_anyString_isAsJacksonReadsIt() throws IOException {
    RandomJson json = new RandomJson(new SplittableRandom(44));
    for (int i = 0; i < 20_000; i++) {
      byte[] document = json.string();
      JsonScanner in = scanner(document);
      in.peek();
      in.string().scan();
      JsonNode expected = JACKSON.readTree(document);
      assertThat(in.string().text()).isEqualTo(expected.textValue());
      assertThat(in.string().is(expected.textValue())).isTrue();
      assertThat(in.string().is(expected.textValue() + "é")).isFalse();
    }
  }

  @Test
  void skipValue_deepestAllowed_isPassedAndOneMoreRefused() {
    int most = JsonRules.DEFAULT.maxDepth();

    assertThat(accepts(bytes("[".repeat(most) + "]".repeat(most)))).isTrue();
    assertThatThrownBy(() -> scan(bytes("[".repeat(most + 1) + "]".repeat(most + 1))))
        .isInstanceOf(InvalidValueException.class)
        .hasMessage(
            "arrays and objects are nested deeper than maxDepth 100, at $[0][0][0][0][0][0], byte "
                + most);
    assertThatThrownBy(() -> scan(bytes("{\"a\":".repeat(10_000))))
        .isInstanceOf(InvalidValueException.class);
  }

  @Test
  void skipValue_longNumberOrString_isRefusedByTheNamedLimit() {
    assertThatThrownBy(() -> scan(bytes("[" + "1".repeat(1001) + "]")))
        .hasMessage("a number is longer than maxNumberLength 1000, at $[0], byte 1");
    JsonRules few = new JsonRules(1, 1, 3, Integer.MAX_VALUE, false);
    JsonScanner in = new JsonScanner(bytes("\"abcd\""), 0, 6, few);
    assertThatThrownBy(in::skipValue)
        .hasMessageStartingWith("a string is longer than maxStringLength 3, at $");
  }

  @Test
  void malformed_message_saysWhereAndRepeatsNothing() {
    assertThatThrownBy(() -> scan(bytes(" [1, secret]")))
        .hasMessage("the body is not JSON: a value is wanted, at byte 5");
    assertThatThrownBy(() -> scan(bytes("{\"a\": ")))
        .hasMessage("the body is not JSON: it ends where a value is wanted, at byte 6");
  }

  private static void scan(byte[] document) {
    JsonScanner in = scanner(document);
    in.requireUtf8();
    in.skipValue();
    if (in.peek() != JsonScanner.END) {
      throw in.malformed("something follows");
    }
  }

  private static JsonScanner scanner(byte[] document) {
    byte[] padded = new byte[document.length + 7]; // zeros around must not matter
    System.arraycopy(document, 0, padded, 3, document.length);
    return new JsonScanner(padded, 3, document.length, JsonRules.DEFAULT);
  }

  private static boolean accepts(byte[] document) {
    try {
      scan(document);
      return true;
    } catch (MalformedJsonException refused) {
      return false;
    }
  }

  private static boolean jacksonAccepts(byte[] document) {
    try {
      return !JACKSON.readTree(document).isMissingNode();
    } catch (JsonProcessingException refused) {
      return false;
    } catch (IOException notUtf8) {
      return false;
    }
  }

  private static boolean hasEscapedSurrogate(byte[] document) {
    return new String(document, ISO_8859_1)
        .toLowerCase(Locale.ROOT)
        .matches("(?s).*\\\\ud[89a-f].*");
  }

  private static boolean isUtf8(byte[] document) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(document));
      return true;
    } catch (CharacterCodingException fault) {
      return false;
    }
  }

  private static byte[] bytes(String text) {
    byte[] raw = text.getBytes(UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(raw.length);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '~') {
        bytes.put((byte) Integer.parseInt(new String(raw, i + 1, 2, UTF_8), 16));
        i += 2;
      } else {
        bytes.put(raw[i]);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
