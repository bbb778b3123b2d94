package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ForwardSignatureTest {

  @ParameterizedTest
  @CsvSource({
    "identity, forward(x: Tensor)",
    "two_inputs, 'forward(a: Tensor, b: Tensor)'",
    "dict_input, 'forward(inp: Dict[str, Tensor])'",
    "rank_sensitive, forward(x: Tensor)",
  })
  void read_model_isItsForward(String model, String expected) throws Exception {
    Path file = Loaded.directory(model).resolve(model + ".pt");

    assertThat(ForwardSignature.read(file)).get().hasToString(expected);
  }

  @Test
  void read_noModel_isEmpty() {
    assertThat(ForwardSignature.read(Path.of("nowhere.pt"))).isEmpty();
  }
}
