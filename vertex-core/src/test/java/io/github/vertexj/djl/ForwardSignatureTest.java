package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForwardSignatureTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "identity, forward(x: Tensor)",
    "two_inputs, 'forward(a: Tensor, b: Tensor)'",
    "dict_input, 'forward(inp: Dict[str, Tensor])'",
    "rank_sensitive, forward(x: Tensor)",
  })
  void of_model_isItsForward(String model, String expected) throws Exception {
    Path file = Loaded.directory(model).resolve(model + ".pt");

    assertThat(ForwardSignature.of(ScriptCode.read(file))).get().hasToString(expected);
  }

  /** Types, defaults, nesting, order, names and the code around: see make_signatures.py. */
  @Test
  void read_familyOfSignatures_isWhatPyTorchKnows() throws Exception {
    Kinds.unpack("/signatures.zip", directory, "");
    List<String> lines = Files.readAllLines(directory.resolve("signatures.txt"));
    SoftAssertions softly = new SoftAssertions();
    for (String line : lines) {
      String name = line.substring(0, line.indexOf('\t'));
      CodeReader.Head head =
          ScriptCode.read(directory.resolve(name + ".pt")).forward().orElseThrow();

      softly.assertThat(described(head)).as(name).isEqualTo(line.substring(line.indexOf('\t') + 1));
    }
    assertThat(lines).hasSizeGreaterThan(100);
    softly.assertAll();
  }

  private static String described(CodeReader.Head head) {
    return head.parameters().stream()
        .skip(1)
        .map(each -> each.name() + "=" + each.type() + (each.otherwise() == null ? "" : "?"))
        .collect(Collectors.joining("; "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "3 | WHOLE | 3",
        "-1 | WHOLE | -1",
        "-1e-05 | FLOATING | -1.0E-5",
        "3. | FLOATING | 3.0",
        "math.inf | FLOATING | Infinity",
        "-math.inf | FLOATING | -Infinity",
        "True | TRUTH | true",
        "None | NONE | null",
        "(1, (2, 3.)) | TUPLE | (1, (2, 3.0))",
        "(1,) | TUPLE | (1)",
        "() | TUPLE | ()",
        "[[1, 2], []] | LIST | ((1, 2), ())",
        "\"it\\'s (\\\"# a\\\"\\n\" | TEXT | it's (\"# a\"~",
        "'a' \"b\" | TEXT | ab",
        "torch.device(\"cpu, )\") | UNKNOWN | null",
        "annotate(List[int], []) | UNKNOWN | null",
        "{\"a\": [1, 2], \"b)\": []} | UNKNOWN | null",
        "CONSTANTS.c0 | UNKNOWN | null",
        "1+2j | WHOLE | 1",
      })
  void value_literal_isItsValue(String text, ScriptValue.Kind kind, String expected)
      throws Exception {
    ScriptValue value = new CodeReader(text, 0).value();

    assertThat(value.kind()).isEqualTo(kind);
    assertThat(shown(value)).isEqualTo(expected);
  }

  private static String shown(ScriptValue value) {
    if (value.value() instanceof List<?>) {
      List<String> elements = new ArrayList<>();
      value.elements().forEach(element -> elements.add(shown(element)));
      return elements.stream().collect(Collectors.joining(", ", "(", ")"));
    }
    return String.valueOf(value.value()).replace('\n', '~');
  }

  @Test
  void read_noModel_isUnreadable() {
    assertThat(ScriptCode.read(Path.of("nowhere.pt")).readable()).isFalse();
  }
}
