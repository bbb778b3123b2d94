package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MediaTypeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"image/jpeg", "Image/JPEG", " image/jpeg ", "image/jpeg ;q=1", "image/jpeg;"})
  void name_isLowerCaseAndWithoutParameters(String value) {
    assertThat(MediaType.of(value).name()).isEqualTo("image/jpeg");
  }

  @Test
  void absentAndBlank_areNoType() {
    assertThat(MediaType.of(null).name()).isEmpty();
    assertThat(MediaType.of("  ").name()).isEmpty();
    assertThat(MediaType.of(null).parameter("charset")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "charset=utf-8              | utf-8",
        "Charset=UTF-8              | UTF-8",
        " charset=utf-8 ; q=1       | utf-8",
        "charset=\"utf-8\"          | utf-8",
        "charset=\"a\\\"b\"         | a\"b",
        "charset=\"a\\\\\";b=1      | a\\",
        "charset=a=b                | a=b",
        "charset = utf-8            | utf-8",
        "charset=one;charset=two    | one",
        ";;charset=utf-8;           | utf-8",
        "a=\";charset=x\";charset=y | y",
        "a=\"\\\";\";charset=y      | y"
      })
  void parameter_isReadAsHttpMayWriteIt(String parameters, String value) {
    assertThat(MediaType.of("a/b;" + parameters).parameter("charset")).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a=charset", "xcharset=1", "a=\";charset=1", "a=\"charset=1;\""})
  void parameter_thatIsNotThere_isNull(String parameters) {
    assertThat(MediaType.of("a/b;" + parameters).parameter("charset")).isNull();
  }

  @Test
  void malformedParameter_isThereForWhoeverComplainsOfIt() {
    assertThat(MediaType.of("a/b;size").parameter("size")).isEmpty();
    assertThat(MediaType.of("a/b;size=").parameter("size")).isEmpty();
    assertThat(MediaType.of("a/b;size=\"1").parameter("size")).isEqualTo("\"1");
    assertThat(MediaType.of("a/b;size=1;SIZE=\"2\"").parameters("Size")).containsExactly("1", "2");
  }

  @Test
  void longValue_isReadInOneGo() {
    String many = "a/b" + ";x=\"\\;\"".repeat(100_000) + ";last=1";
    assertThat(MediaType.of(many).parameter("last")).isEqualTo("1");
    assertThat(MediaType.of("a/b;x=\"" + "\\".repeat(100_000)).name()).isEqualTo("a/b");
  }

  @Test
  void toString_showsNoParameters() {
    assertThat(MediaType.of("a/b;x=SECRET")).hasToString("a/b");
  }
}
