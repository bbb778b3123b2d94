package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPlaceTest {

  /** The place is marked by a caret, which is no part of the document. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "^3; $",
        "[^1, 2]; $[0]",
        "[1, ^2]; $[1]",
        "[[1, 2], [3, ^4]]; $[1][1]",
        "{^\"a\": 1}; $",
        "{\"a\": ^1}; $.a",
        "{\"a\": 1, ^\"b\": 2}; $",
        "{\"a\": 1, \"b\": \"te^xt\"}; $.b",
        "{\"a\": [1, {}], \"b\": {\"c\": [[], ^5]}}; $.b.c[1]",
        "{\"a\": \"] } , \\\" [\", \"b\": ^1}; $.b",
        "{\"a\": \"\\\\\", \"b\": ^1}; $.b",
        "{\"a, b\": ^1}; $.*",
        "[[[[[[[[^1]]]]]]]]; $[0][0][0][0][0][0]"
      })
  void path_ofByte_isThatOfTheValueAroundIt(String marked, String path) {
    byte[] bytes = ("...." + marked.replace("^", "")).getBytes(UTF_8);
    assertThat(JsonPlace.path(bytes, 4, 4 + marked.indexOf('^'))).isEqualTo(path);
  }
}
