package io.github.vertexj.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.vertexj.undertow.Arguments.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  @Test
  void nothing_serves() {
    assertThat(Arguments.of()).isEqualTo(new Arguments(Mode.SERVE, null, null, null));
  }

  @Test
  void options_areRead_withSpaceOrEqualsSign() {
    Arguments expected = new Arguments(Mode.DOCTOR, "gs://b/m=1", "a.B", 0);
    assertThat(
            Arguments.of("--model", "gs://b/m=1", "--provider", "a.B", "--port", "0", "--doctor"))
        .isEqualTo(expected);
    assertThat(Arguments.of("--doctor", "--model=gs://b/m=1", "--provider=a.B", "--port=0"))
        .isEqualTo(expected);
  }

  @Test
  void modes_areRead() {
    assertThat(Arguments.of("--healthcheck").mode()).isEqualTo(Mode.HEALTHCHECK);
    assertThat(Arguments.of("--version").mode()).isEqualTo(Mode.VERSION);
    assertThat(Arguments.of("--help").mode()).isEqualTo(Mode.HELP);
    assertThat(Arguments.of("-h").mode()).isEqualTo(Mode.HELP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model.pt|unknown option model.pt; try --help",
        "--modle=x|unknown option --modle; try --help",
        "--model|--model needs a value; try --help",
        "--model=|--model needs a value; try --help",
        "--port=http|--port is \"http\": a port is a whole number from 1 to 65535, or 0 for any",
        "--port=65536|--port is \"65536\": a port is a whole number from 1 to 65535, or 0 for any",
        "--port=-1|--port is \"-1\": a port is a whole number from 1 to 65535, or 0 for any",
      })
  void whatMakesNoSense_isRefused(String argument, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Arguments.of(argument))
        .withMessage(message);
  }
}
