package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {

  @Test
  void C3_4_parameters_null_equals_absent() {
    assertThat(Parameters.of(NullNode.getInstance())).isSameAs(Parameters.absent());
    assertThat(Parameters.absent().present()).isFalse();
    assertThat(Parameters.absent().integer("topK", 5)).isEqualTo(5);
  }

  @Test
  void members_ofTheRightType_areRead() throws Exception {
    Parameters parameters = parameters("{'k': 3, 'f': 0.5, 's': 'x', 'b': true, 'n': null}");
    assertThat(parameters.integer("k", 0)).isEqualTo(3);
    assertThat(parameters.number("f", 0)).isEqualTo(0.5);
    assertThat(parameters.text("s", "")).isEqualTo("x");
    assertThat(parameters.truth("b", false)).isTrue();
    assertThat(parameters.text("n", "fallback")).isEqualTo("fallback");
  }

  @Test
  void C3_8_a_whole_double_is_an_integer() throws Exception {
    assertThat(parameters("{'k': 3.0}").integer("k", 0)).isEqualTo(3);
  }

  @Test
  void members_ofTheWrongType_nameTheMember() throws Exception {
    Parameters parameters = parameters("{'k': 3.5, 's': 1, 'b': 'true', 'f': 'x', 'l': 3e9}");
    assertThatThrownBy(() -> parameters.integer("k", 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("$.parameters.k");
    assertThatThrownBy(() -> parameters.integer("l", 0)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> parameters.text("s", "")).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> parameters.truth("b", true)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> parameters.number("f", 0)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void equal_whenTheJsonIs() throws Exception {
    assertThat(parameters("{'a': 1, 'b': 2}")).isEqualTo(parameters("{'b': 2, 'a': 1}"));
    assertThat(parameters("{'a': 1}")).isNotEqualTo(Parameters.absent());
  }

  enum Unit {
    @com.fasterxml.jackson.annotation.JsonProperty("m")
    METRES,
    @com.fasterxml.jackson.annotation.JsonProperty("ft")
    FEET
  }

  record Options(int topK, double threshold, @Nullable String label, Unit unit, List<Long> ids) {
    Options {
      if (topK < 1) {
        throw new IllegalArgumentException("topK must be at least 1");
      }
    }

    Options() {
      this(5, 0.5, null, Unit.METRES, List.of());
    }
  }

  record Plain(int top, boolean all, @Nullable String label) {}

  @Test
  void as_absentParameters_areAsTheClassMakesThemWithoutArguments() throws Exception {
    assertThat(Parameters.absent().as(Options.class)).isEqualTo(new Options());
    assertThat(
            parameters("{'topK': 3.0, 'label': null, 'unknown': [1], 'ids': [1, 2.0]}")
                .as(Options.class))
        .isEqualTo(new Options(3, 0.5, null, Unit.METRES, List.of(1L, 2L)));
    assertThat(parameters("{'unit': 'ft', 'threshold': 1, 'label': 'x'}").as(Options.class))
        .isEqualTo(new Options(5, 1, "x", Unit.FEET, List.of()));
  }

  @Test
  void as_classWithoutDefaults_hasNullsAndZeros() throws Exception {
    assertThat(Parameters.absent().as(Plain.class)).isEqualTo(new Plain(0, false, null));
    assertThat(parameters("{'all': true, 'top': null}").as(Plain.class))
        .isEqualTo(new Plain(0, true, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'topK': 3.5}            | $.parameters.topK: a whole number in the range of int is wanted here
          {'topK': '3'}            | $.parameters.topK: a whole number in the range of int is wanted here
          {'topK': 3e9}            | $.parameters.topK: a whole number in the range of int is wanted here
          {'topK': true}           | $.parameters.topK: a whole number in the range of int is wanted here
          {'threshold': 'x'}       | $.parameters.threshold: a number is wanted here
          {'label': 5}             | $.parameters.label: text is wanted here
          {'label': ['a']}         | $.parameters.label: text is wanted here
          {'unit': 'feet'}         | $.parameters.unit: one of [m, ft] is wanted here
          {'unit': 1}              | $.parameters.unit: one of [m, ft] is wanted here
          {'ids': 5}               | $.parameters.ids: an array is wanted here
          {'ids': [1, 'x']}        | $.parameters.ids[1]: a whole number in the range of Long is wanted here
          {'topK': 0}              | $.parameters: topK must be at least 1
          [1]                      | $.parameters: an object is wanted here
          """)
  void as_parametersOfAnotherType_areTheCallersFault(String json, String message) throws Exception {
    Parameters parameters = parameters(json);
    assertThatThrownBy(() -> parameters.as(Options.class))
        .isInstanceOfSatisfying(
            InvalidInputException.class, e -> assertThat(e.concernsParameters()).isTrue())
        .hasMessage(message);
  }

  @Test
  void as_classThatJacksonCannotRead_isTheAuthorsFault() {
    assertThatThrownBy(() -> Parameters.absent().as(Runnable.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Runnable.class.getName());
  }

  private static Parameters parameters(String json) throws Exception {
    return Parameters.of(new ObjectMapper().readTree(json.replace('\'', '"')));
  }
}
