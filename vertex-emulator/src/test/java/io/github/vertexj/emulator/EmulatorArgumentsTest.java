package io.github.vertexj.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmulatorArgumentsTest {

  @Test
  void command_withOptions_isAModelAndAProfile() {
    EmulatorArguments arguments =
        EmulatorArguments.of(
            "--command",
            "./serve.sh",
            "--replicas=2",
            "--profile",
            "dedicated",
            "--timeout=5",
            "--env",
            "A=b=c",
            "--name",
            "digits",
            "--predict-route",
            "/classify");
    UploadedModel model = arguments.model();
    assertThat(model.replicas()).isEqualTo(2);
    assertThat(model.variables()).containsEntry("A", "b=c");
    assertThat(model.predictRoute()).contains("/classify");
    assertThat(model.healthRoute()).isEmpty();
    assertThat(arguments.profile())
        .isEqualTo(EndpointProfile.DEDICATED.withInferenceTimeout(Duration.ofSeconds(5)));
    assertThat(arguments.number("--port")).isEqualTo(8085);
  }

  @Test
  void urls_areReplicasWithTheUsualRoutes() {
    UploadedModel model =
        EmulatorArguments.of("--url", "http://localhost:1", "--url", "http://localhost:2").model();
    assertThat(model.replicas()).isEqualTo(2);
    assertThat(model.healthRoute()).contains("/health");
    assertThat(model.predictRoute()).contains("/predict");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--no=1", "--command=x --url=y", "--command", "--replicas=2"})
  void line_thatMakesNoSense_isRefused(String line) {
    String[] words = line.isEmpty() ? new String[0] : line.split(" ");
    assertThatThrownBy(() -> EmulatorArguments.of(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("try --help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--replicas=x", "--replicas=0", "--env=x", "--env=AIP_MODE=x"})
  void value_thatMakesNoSense_isRefusedByItsName(String option) {
    EmulatorArguments arguments = EmulatorArguments.of("--command=x", option);
    assertThatThrownBy(arguments::model).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "./run.sh a  b            | ./run.sh,a,b",
        "java -D'x y'=1 \"a 'b'\"  | java,-Dx y=1,a 'b'",
        "x '' \"\"                | x,,",
        "x $(AIP_HTTP_PORT)       | x,$(AIP_HTTP_PORT)",
      })
  void commandLine_isSplitAtSpacesOutsideOfQuotes(String line, String words) {
    assertThat(String.join(",", CommandLine.split(line))).isEqualTo(words);
  }

  @Test
  void commandLine_withAnOpenQuote_isRefused() {
    assertThatThrownBy(() -> CommandLine.split("x 'y")).hasMessageContaining("quote");
  }
}
