package io.github.vertexj;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import org.junit.jupiter.api.Test;

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

  private static Parameters parameters(String json) throws Exception {
    return Parameters.of(new ObjectMapper().readTree(json.replace('\'', '"')));
  }
}
