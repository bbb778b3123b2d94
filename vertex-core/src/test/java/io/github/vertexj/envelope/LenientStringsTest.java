package io.github.vertexj.envelope;

import static io.github.vertexj.envelope.Envelopes.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.json.MalformedJsonException;
import io.github.vertexj.json.RandomJson;
import io.github.vertexj.json.Utf8;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Strings with control characters as they are, where the rules allow them, and only there. */
final class LenientStringsTest {
  private static final EnvelopeRules LENIENT = EnvelopeRules.DEFAULT.lenientStrings(true);
  private static final InstanceReader<JsonNode> TREES = InstanceReader.of(JsonNode.class);
  private static final InstanceReader<Text> TEXTS = InstanceReader.of(Text.class);
  private static final JsonMapper JACKSON = StrictMapper.of(LENIENT.json());

  record Text(String text) {}

  static IntStream controls() {
    return IntStream.range(0, ' ');
  }

  @ParameterizedTest
  @MethodSource("controls")
  void read_controlCharacterAnywhere_isTakenAsItIs(int control) {
    for (int before = 0; before < 20; before++) {
      String text = "x".repeat(before) + (char) control + "é\\n ";
      String read = "x".repeat(before) + (char) control + "é\n ";
      assertThat(only(TREES, "'" + text + "'").textValue()).isEqualTo(read);
      assertThat(only(TREES, "{'" + text + "':1}").fieldNames().next()).isEqualTo(read);
      assertThat(only(TEXTS, "{'text':'" + text + "','" + text + "':0}").text()).isEqualTo(read);
      assertThat(only(InstanceReader.of(Tensors.class), "{'" + text + "':1}").names())
          .containsExactly(read);
      PredictRequest<JsonNode> request =
          read(
              TREES,
              "{'" + text + "':['" + text + "'],'instances':[],'parameters':'" + text + "'}");
      assertThat(request.parameters().json().textValue()).isEqualTo(read);
    }
  }

  @ParameterizedTest
  @MethodSource("controls")
  void read_controlCharacterByDefault_isRefusedByItsPlace(int control) {
    String text = "'a" + (char) control + "'";
    for (String body :
        new String[] {"{'instances':[" + text + "]}", "{'instances':[],'k':" + text + "}"}) {
      assertThat(Envelopes.refusal(TREES, body))
          .startsWith("the body is not JSON: a control character stands in a string")
          .endsWith("byte " + bytes(body.substring(0, body.indexOf(control))).length);
    }
  }

  @Test
  void read_base64BrokenIntoLines_isBytes() {
    InstanceReader<Tensor> bytes = InstanceReader.tensor(TensorSpec.of(TensorType.UINT8, 4));
    assertThat(only(bytes, "{'b64':'AQID\r\nBA=='}").shape().elements()).isEqualTo(4);
    assertThat(only(InstanceReader.of(byte[].class), "{'b64':'AQID\r\nBA=='}"))
        .containsExactly(1, 2, 3, 4);
  }

  @Test
  void read_everythingElse_isAsStrictAsEver() {
    for (String text : new String[] {"\\x", "\\\n", "\\u00\n0"}) {
      assertThatThrownBy(() -> only(TREES, "'" + text + "'"))
          .isInstanceOf(MalformedJsonException.class);
    }
    for (String body : new String[] {"{'instances':[1,\u0001]}", "\u0001{'instances':[]}"}) {
      assertThatThrownBy(() -> read(TREES, body)).isInstanceOf(MalformedJsonException.class);
    }
  }

  @Test
  void scanner_anyDocumentWithControlCharacters_agreesWithJackson() {
    SplittableRandom random = new SplittableRandom(44);
    RandomJson json = new RandomJson(random);
    int accepted = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] document = json.document();
      for (int controls = random.nextInt(1, 4); controls > 0; controls--) {
        document[random.nextInt(document.length)] = (byte) random.nextInt(' ');
      }
      boolean expected = jacksonAccepts(document);
      String shown = new String(document, ISO_8859_1) + " " + Arrays.toString(document);
      if (Utf8.firstFault(document, 0, document.length) < 0 && !hasEscapedSurrogate(document)) {
        assertThat(scannerAccepts(document)).as(shown).isEqualTo(expected);
      }
      accepted += expected ? 1 : 0;
    }
    assertThat(accepted).isBetween(2_000, 48_000);
  }

  /** Jackson refuses lone surrogates in names, which may have come about here. */
  private static boolean hasEscapedSurrogate(byte[] document) {
    return new String(document, ISO_8859_1)
        .toLowerCase(Locale.ROOT)
        .matches("(?s).*\\\\ud[89a-f].*");
  }

  private static boolean scannerAccepts(byte[] document) {
    JsonScanner in = new JsonScanner(document, 0, document.length, LENIENT.json());
    try {
      in.skipValue();
      return in.peek() == JsonScanner.END;
    } catch (BadBodyException refused) {
      return false;
    }
  }

  private static boolean jacksonAccepts(byte[] document) {
    try {
      return !JACKSON
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(document)
          .isMissingNode();
    } catch (IOException refused) {
      return false;
    }
  }

  private static <I> I only(InstanceReader<I> reader, String instance) {
    I only = read(reader, "{'instances':[" + instance + "]}").instances().get(0);
    assertThat(only).isNotNull();
    return only;
  }

  private static <I> PredictRequest<I> read(InstanceReader<I> reader, String envelope) {
    byte[] body = bytes(envelope);
    return EnvelopeReader.of(reader, LENIENT, BytePool.of(0)).read(body, 0, body.length);
  }
}
