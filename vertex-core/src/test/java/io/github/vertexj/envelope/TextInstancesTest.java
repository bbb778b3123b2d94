package io.github.vertexj.envelope;

import static io.github.vertexj.envelope.Envelopes.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.type.TypeFactory;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.EnvelopeLimits;
import io.github.vertexj.json.EnvelopeRules;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.json.RandomJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts are read from the bytes as databind reads them, and refused in the same words. */
final class TextInstancesTest {
  private static final InstanceReader<String> TEXTS = InstanceReader.of(String.class);

  /** The same type by a name under which there is no short cut. */
  private static final InstanceReader<?> BY_DATABIND =
      InstanceReader.ofType(TypeFactory.defaultInstance().constructType(String.class));

  /** Each pair of readers is made once: Jackson takes long to set up. */
  private static final Map<EnvelopeRules, Readers> READERS = new HashMap<>();

  private record Readers(EnvelopeReader<?> texts, EnvelopeReader<?> byDatabind) {}

  private static final EnvelopeRules LENIENT = EnvelopeRules.DEFAULT.lenientStrings(true);
  private static final EnvelopeRules IN_PLACE =
      EnvelopeRules.DEFAULT.instanceErrors(InstanceErrors.IN_PLACE);

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
      })
  void read_plainTexts_withoutDatabind(String array) {
    assertThat(withoutDatabind(bytes(array), EnvelopeRules.DEFAULT)).isTrue();
    assertReadAlike(bytes("{'a':1,'instances':" + array + ",'parameters':2}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-1.5e3",
        "true",
        "[]",
        "['a']",
        "[[]]",
        "{}",
        "{'b64':'YQ=='}",
        "''x",
        "nul",
        "NaN",
        "'\\ud800'",
        "'\\ude00\\ud83d'",
        "'\\ud83dx'",
        "'\\ud83d\\n'",
        "'\uFFFD'",
        "'\\ufffd'",
        "'\\x'",
        "'\\u12g4'",
        "'\\u12'",
        "'\\u-123'",
        "'\\U0041'",
        "'\n'",
        "'\\\n'",
        "'a",
        "'a\\",
        "'a'\u0001",
        "'a',",
        "'a' 'b'",
        ",",
        "]",
        "}",
        "",
        "01",
        "'a':1",
        "1e999",
        "\\'a'"
      })
  void read_anythingElse_asDatabindDoes(String instance) {
    for (String other : List.of("'text'", "null", "5", "'\\'")) {
      assertReadAlike(bytes("{'instances':[" + instance + "]}"));
      assertReadAlike(bytes("{'instances':[" + instance + "," + other + "]}"));
      assertReadAlike(bytes("{'instances':[" + other + "," + instance + "],'parameters':1}"));
    }
    assertReadAlike(bytes("{'instances':['text'," + instance));
  }

  @ParameterizedTest
  @CsvSource({"1,2,3", "2,2,1", "3,1,4", "2,100,5", "2,3,9", "1000,2,8"})
  void read_limits_asDatabindDoes(int most, int depth, int length) {
    EnvelopeRules rules =
        EnvelopeRules.DEFAULT.limits(new EnvelopeLimits(most, depth, 1000, length));
    for (String text : List.of("abc", "abcdefgh", "éé", "éééé\\n", "言語モデ", "\\u8a00", "\\n\\n")) {
      for (String array : List.of("['%s']", "['%s','%s']", "['%s',null,'%s']")) {
        assertReadAlike(bytes("{'instances':" + array.replace("%s", text) + "}"), rules);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.github.vertexj.envelope.JsonTestSuiteTest#files")
  void read_fileOfTheCollection_asDatabindDoes(Path file) throws IOException {
    byte[] document = Files.readAllBytes(file);
    assertReadAlike(envelope(document));
    assertReadAlike(envelope(bytes("'text',"), document, bytes(",'text'")));
    byte[] array = envelope(document);
    assertReadAlike(bytes("{'instances':" + new String(document, ISO_8859_1) + "}"));
    assertReadAlike(Arrays.copyOf(array, array.length - 1));
  }

  @Test
  void read_bytesBeyondAscii_atAnyPlace_asDatabindDoes() {
    for (int first = 0x80; first < 0x100; first++) {
      for (int second = 0x70; second < 0x100; second += first < 0xE0 ? 3 : 16) {
        for (int third : new int[] {'a', 0x80}) {
          byte[] letter = {(byte) first, (byte) second, (byte) third, (byte) 0x80};
          for (int length = 1; length <= letter.length; length++) {
            byte[] text = Arrays.copyOf(letter, length);
            byte[] before = bytes("'" + "x".repeat(second % 9));
            assertReadAlike(envelope(before, text, bytes("yz'")), EnvelopeRules.DEFAULT);
            assertReadAlike(envelope(before, bytes("\\n"), text, bytes("'")), LENIENT);
          }
        }
      }
    }
  }

  @Test
  void read_randomTexts_asDatabindDoes() {
    SplittableRandom random = new SplittableRandom(51);
    RandomJson json = new RandomJson(random);
    int plain = 0;
    for (int i = 0; i < 2_000; i++) {
      byte[] array = array(random, json);
      plain += withoutDatabind(array, EnvelopeRules.DEFAULT) ? 1 : 0;
      byte[] body = envelopeOf(array);
      assertReadAlike(body);
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      assertReadAlike(body);
      assertReadAlike(body, LENIENT);
      assertReadAlike(Arrays.copyOf(body, random.nextInt(body.length)));
    }
    assertThat(plain).isBetween(1_000, 1_990);
  }

  @Test
  void read_longTexts_asDatabindDoes() {
    for (String part : List.of("plain, ", "\\n", "é", "言", "\\u00e9", "\\u8a00", "é\\n", "言\\n")) {
      for (int count : new int[] {250, 256, 257, 1000, 70_000}) {
        assertReadAlike(bytes("{'instances':['" + part.repeat(count) + "','" + part + "']}"));
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

  private static byte[] envelope(byte[]... parts) {
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    array.write('[');
    for (byte[] part : parts) {
      array.writeBytes(part);
    }
    array.write(']');
    return envelopeOf(array.toByteArray());
  }

  private static byte[] envelopeOf(byte[] array) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(bytes("{'instances':"));
    body.writeBytes(array);
    body.write('}');
    return body.toByteArray();
  }

  private static boolean withoutDatabind(byte[] array, EnvelopeRules rules) {
    JsonScanner in = new JsonScanner(array, 0, array.length, rules);
    in.peek();
    boolean read = TextInstances.read(in) != null;
    assertThat(in.depth()).isZero();
    return read;
  }

  private static void assertReadAlike(byte[] body) {
    assertReadAlike(body, EnvelopeRules.DEFAULT);
    assertReadAlike(body, IN_PLACE);
  }

  private static void assertReadAlike(byte[] body, EnvelopeRules rules) {
    Readers readers =
        READERS.computeIfAbsent(
            rules, chosen -> new Readers(reader(TEXTS, chosen), reader(BY_DATABIND, chosen)));
    assertThat(outcome(readers.texts(), body))
        .as(new String(body, UTF_8))
        .isEqualTo(outcome(readers.byDatabind(), body));
  }

  private static EnvelopeReader<?> reader(InstanceReader<?> instances, EnvelopeRules rules) {
    return EnvelopeReader.of(instances, rules, BytePool.of(0));
  }

  /** The instances, parameters and errors in place of instances, or the refusal. */
  private static List<?> outcome(EnvelopeReader<?> reader, byte[] body) {
    byte[] padded = Arrays.copyOf(body, body.length + 9);
    try (PredictRequest<?> request = reader.read(padded, 0, body.length)) {
      return Arrays.asList(
          request.instances(), request.parameters().json(), errors(request.faults()));
    } catch (BadBodyException refused) {
      return List.of(refused.getClass(), String.valueOf(refused.getMessage()));
    }
  }

  private static List<String> errors(@Nullable InstanceFaults faults) {
    return faults == null
        ? List.of()
        : IntStream.range(0, 20).mapToObj(i -> i + ": " + faults.text(i)).toList();
  }
}
