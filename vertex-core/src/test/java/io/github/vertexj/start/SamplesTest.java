package io.github.vertexj.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensors;
import io.github.vertexj.envelope.EnvelopeRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplesTest {
  @TempDir Path directory;

  record Flower(double petalLength) {}

  private <I> List<I> read(Class<I> type, String file) throws Exception {
    Files.writeString(directory.resolve("samples.jsonl"), file);
    LoadedModel<I, I> model = LoadedModel.of(type, (instances, parameters) -> instances);
    return Samples.read(DeployedModel.of(directory, Map.of()), model, EnvelopeRules.DEFAULT);
  }

  @Test
  void read_lines_areInstancesAsTheModelReadsThem() throws Exception {
    assertThat(read(Flower.class, "{\"petalLength\": 1.5}\n\n  {\"petalLength\": 2, \"x\": 1}"))
        .containsExactly(new Flower(1.5), new Flower(2));
    assertThat(read(byte[].class, "{\"b64\": \"aGV5\"}\r\n").get(0)).isEqualTo("hey".getBytes());
    Tensors both = read(Tensors.class, "{\"a\": [1, 2], \"b\": 3}").get(0);
    assertThat(both.names()).containsExactly("a", "b");
    assertThat(both.get(0).toFloats()).containsExactly(1, 2);
    assertThat(read(String.class, "null\n\"a\"")).containsExactly(null, "a");
  }

  @Test
  void read_noFile_isNoSamples() throws Exception {
    LoadedModel<String, String> model = LoadedModel.of(String.class, (all, parameters) -> all);
    for (Path place : new Path[] {directory, null}) {
      DeployedModel deployed = DeployedModel.of(place, Map.of());
      assertThat(Samples.read(deployed, model, EnvelopeRules.DEFAULT)).isEmpty();
    }
  }

  @Test
  void read_manyLines_theFirstHundredCount() throws Exception {
    assertThat(read(Integer.class, "7\n".repeat(99) + "8\n" + "no JSON"))
        .hasSize(100)
        .endsWith(7, 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"text\"", "{", "1, 2", "1], \"parameters\": [2", "1 2"})
  void read_aLineThatIsNoInstance_isNamed(String line) {
    assertThatThrownBy(() -> read(Integer.class, "1\n\n" + line + "\n"))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("samples.jsonl, line 3: ");
  }
}
