package io.github.vertexj.envelope;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.JsonRules;
import io.github.vertexj.json.JsonScanner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every file of Nicolas Seriot's JSONTestSuite, read by our scanner, by the envelope's reader and
 * by Jackson. It lies beside its licence (MIT) and comes from https://github.com/nst/JSONTestSuite,
 * commit 1ef36fa.
 *
 * <p>A name begins with {@code y} where RFC 8259 wants the text accepted, with {@code n} where it
 * wants it refused, and with {@code i} where it leaves that open. The two files of the collection
 * that only nest very deeply are made here, for their size.
 */
final class JsonTestSuiteTest {
  private static final JsonMapper JACKSON =
      JsonMapper.builder(
              JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final EnvelopeRules DEEP =
      EnvelopeRules.DEFAULT
          .json(new JsonRules(JsonRules.MOST_DEPTH, 1000, 1000, Integer.MAX_VALUE, false))
          .maxInstances(10);

  private static final EnvelopeReader<JsonNode> TREES =
      EnvelopeReader.of(InstanceReader.of(JsonNode.class), DEEP, BytePool.of(0));

  /** Where Jackson decides otherwise than we do, and why; RFC 8259 leaves all of these open. */
  private static final Map<String, String> DIFFERENCES =
      Map.of(
          "i_object_key_lone_2nd_surrogate.json",
          "a lone \\udc00 is in the grammar; Jackson takes it in values, but not in names",
          "i_string_not_in_unicode_range.json",
          "Jackson does not see that UTF-8 of four bytes goes beyond U+10FFFF",
          "i_string_overlong_sequence_2_bytes.json",
          "Jackson does not see that two bytes of UTF-8 stand for an ASCII character");

  static List<Path> files() throws IOException, URISyntaxException {
    URL licence =
        Objects.requireNonNull(JsonTestSuiteTest.class.getResource("/JSONTestSuite/LICENSE"));
    try (Stream<Path> files =
        Files.list(Objects.requireNonNull(Path.of(licence.toURI()).getParent()))) {
      return files.filter(file -> nameOf(file).endsWith(".json")).sorted().toList();
    }
  }

  static List<Path> filesToAccept() throws IOException, URISyntaxException {
    return files().stream().filter(file -> nameOf(file).startsWith("y")).toList();
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  @ParameterizedTest
  @MethodSource("files")
  void file_isReadAsRfc8259Says_andAsJacksonDoesUnlessExplained(Path file) throws IOException {
    String name = nameOf(file);
    byte[] document = Files.readAllBytes(file);
    boolean accepted = accepts(document);
    if (!name.startsWith("i")) {
      assertThat(accepted).isEqualTo(name.startsWith("y"));
    }
    assertThat(jacksonAccepts(document) != accepted)
        .as(String.valueOf(DIFFERENCES.get(name)))
        .isEqualTo(DIFFERENCES.containsKey(name));
  }

  @ParameterizedTest
  @MethodSource("filesToAccept")
  void file_asAnInstance_isTheTreeThatJacksonReads(Path file) throws IOException {
    byte[] document = Files.readAllBytes(file);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes("{\"instances\": [".getBytes(US_ASCII));
    body.writeBytes(document);
    body.writeBytes("]}".getBytes(US_ASCII));
    try (PredictRequest<JsonNode> request = TREES.read(body.toByteArray(), 0, body.size())) {
      assertThat(request.instances()).containsExactly(JACKSON.readTree(document));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[{\"\":"})
  void deeplyNested_neverClosed_isRefusedByBoth(String opening) {
    byte[] document = opening.repeat(50_000).getBytes(US_ASCII);
    assertThat(accepts(document)).isFalse();
    assertThat(jacksonAccepts(document)).isFalse();
  }

  @Test
  void files_areAllThere() throws Exception {
    assertThat(files()).hasSize(316);
  }

  private static boolean accepts(byte[] document) {
    try {
      JsonScanner in = new JsonScanner(document, 0, document.length, DEEP.json());
      in.requireUtf8();
      in.skipValue();
      return in.peek() == JsonScanner.END;
    } catch (BadBodyException refused) {
      return false;
    }
  }

  private static boolean jacksonAccepts(byte[] document) {
    try {
      return !JACKSON.readTree(document).isMissingNode();
    } catch (IOException refused) {
      return false;
    }
  }
}
