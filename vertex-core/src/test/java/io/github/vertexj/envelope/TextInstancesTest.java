package io.github.vertexj.envelope;

import static io.github.vertexj.envelope.Envelopes.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.JsonRules;
import io.github.vertexj.json.RandomJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances that are texts and nulls are those that another parser finds. */
final class TextInstancesTest {
  private static final JsonMapper PLAIN = new JsonMapper();
  private static final EnvelopeReader<String> TEXTS = reader(EnvelopeRules.DEFAULT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[ ]",
        "['']",
        "[null]",
        " [ null , 'a' , null ] ",
        "['plain text that is longer than eight bytes','and more']",
        "['a\\nb\\tc\\r\\b\\f\\/\\\\\\\" and what follows it']",
        "['\\u0000\\u001f\\u007f\\u0080\\u00ff','\\u0100\\u07ff\\u0800\\uffff']",
        "['caf\\u00E9 \\u00e9 é','Å','ÿ\u0080','déjà vu, naïve façade']",
        "['слово','言語モデル','it’s — “so” …','\\u0441\\u043b\\u043e\\u0432\\u043e']",
        "['\uD83D\uDE00','\\ud83d\\ude00\\uD83D\\uDE80','\\n\uD83D\uDE80 and \\u20ac']",
        "['Łódź','Ā','AĀ\\u0041']",
        "['\\ud800','\\ude00\\ud83d','\\ud83dx','\uFFFD','\\ufffd']",
      })
  void read_texts_areThoseOfAnotherParser(String array) throws IOException {
    assertReadAlike(bytes(array));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "true",
        "[]",
        "['a']",
        "{}",
        "{'b64':'YQ=='}",
        "nul",
        "NaN",
        "'\\x'",
        "'\\u12g4'",
        "'\\u12'",
        "'\\U0041'",
        "'\n'",
        "'a",
        "'a\\",
        "'a',",
        "'a' 'b'",
        ",",
        "]",
        "}",
        "",
        "'a':1"
      })
  void read_anythingElse_isRefused(String instance) {
    for (String instances : List.of(instance + ",'text'", "'text'," + instance)) {
      byte[] body = bytes("{'instances':[" + instances + "]}");
      assertThatThrownBy(() -> TEXTS.read(body, 0, body.length))
          .isInstanceOf(BadBodyException.class)
          .hasMessageContaining(", at ");
    }
  }

  @ParameterizedTest
  @CsvSource({"abcdefghi,true", "abcdefghij,false", "ééééééééé,true", "言語モデルと言語モデル,false"})
  void read_textBeyondTheLimit_isRefused(String text, boolean taken) {
    EnvelopeReader<String> reader =
        reader(EnvelopeRules.DEFAULT.json(new JsonRules(10, 10, 9, Integer.MAX_VALUE, false)));
    byte[] body = bytes("{'instances':['" + text + "']}"); // a name of nine letters
    if (taken) {
      assertThat(reader.read(body, 0, body.length).instances()).hasSize(1);
    } else {
      assertThatThrownBy(() -> reader.read(body, 0, body.length))
          .isInstanceOf(BadBodyException.class);
    }
  }

  @Test
  void read_randomTexts_areThoseOfAnotherParser() throws IOException {
    SplittableRandom random = new SplittableRandom(51);
    RandomJson json = new RandomJson(random);
    for (int i = 0; i < 2_000; i++) {
      assertReadAlike(array(random, json));
    }
  }

  @Test
  void read_longTexts_areThoseOfAnotherParser() throws IOException {
    for (String part : List.of("plain, ", "\\n", "é", "言", "\\u00e9", "\\u8a00", "é\\n", "言\\n")) {
      for (int count : new int[] {250, 256, 257, 1000, 70_000}) {
        assertReadAlike(bytes("['" + part.repeat(count) + "','" + part + "']"));
      }
    }
  }

  private static byte[] array(SplittableRandom random, RandomJson json) {
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    array.write('[');
    for (int count = random.nextInt(6); count > 0; count--) {
      array.writeBytes(random.nextInt(8) == 0 ? bytes(" null\n") : json.string());
      array.writeBytes(bytes(count == 1 ? "" : random.nextBoolean() ? "," : " ,\t"));
    }
    array.write(']');
    return array.toByteArray();
  }

  private static void assertReadAlike(byte[] array) throws IOException {
    List<@Nullable String> expected = Arrays.asList(PLAIN.readValue(array, String[].class));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(bytes("{'a':1,'instances':"));
    body.writeBytes(array);
    body.writeBytes(bytes(",'parameters':2}"));
    assertThat(TEXTS.read(body.toByteArray(), 0, body.size()).instances())
        .as(new String(array, UTF_8))
        .isEqualTo(expected);
  }

  private static EnvelopeReader<String> reader(EnvelopeRules rules) {
    return EnvelopeReader.of(InstanceReader.of(String.class), rules, BytePool.of(0));
  }
}
