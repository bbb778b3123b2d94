package io.github.vertexj.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.StartException;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.FieldRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServingPropertiesTest {
  private static final ServingSettings.Timeouts TIMEOUTS =
      new ServingSettings.Timeouts(Duration.ofMillis(5), Duration.ofMillis(6));

  @TempDir Path directory;

  @Test
  void read_noFile_leavesAllAsItWas() {
    ServingProperties none = ServingProperties.read(directory);
    assertThat(none.batchPolicy(BatchPolicy.DEFAULT)).isEqualTo(BatchPolicy.DEFAULT);
    assertThat(none.timeouts(TIMEOUTS)).isEqualTo(TIMEOUTS);
    assertThat(none.maxBodyBytes(7)).isEqualTo(7);
    assertThat(none.envelopeRules(EnvelopeRules.DEFAULT)).isEqualTo(EnvelopeRules.DEFAULT);
    assertThat(ServingProperties.read(null).forProvider()).isEmpty();
  }

  @Test
  void read_ourNames_areApplied() throws Exception {
    ServingProperties properties =
        read(
            """
            batch_size=4
            max_batch_delay = 20
            job_queue_size=50
            option.predict_timeout=3
            max_request_size=1000
            instance_errors=in_place
            lenient_strings=true
            unknown_fields=refuse
            missing_fields=null
            engine=PyTorch
            """);
    assertThat(properties.batchPolicy(BatchPolicy.DEFAULT))
        .isEqualTo(new BatchPolicy(4, Duration.ofMillis(20), 50));
    assertThat(properties.timeouts(TIMEOUTS).request()).isEqualTo(Duration.ofSeconds(3));
    assertThat(properties.maxBodyBytes(7)).isEqualTo(1000);
    assertThat(properties.envelopeRules(EnvelopeRules.DEFAULT))
        .isEqualTo(
            EnvelopeRules.DEFAULT
                .instanceErrors(InstanceErrors.IN_PLACE)
                .lenientStrings(true)
                .fields(new FieldRules(false, true)));
    assertThat(properties.forProvider()).containsOnlyKeys("engine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "workers=0",
        "workers=10001",
        "batch_size=0",
        "batch_size=many",
        "batch_size=",
        "max_batch_delay=-1",
        "max_batch_delay=10001",
        "job_queue_size=0",
        "option.predict_timeout=0",
        "max_request_size=99999999999"
      })
  void read_aValueOutOfRange_namesKeyRuleAndValue(String line) throws Exception {
    ServingProperties properties = read(line);
    String[] entry = line.split("=", 2);
    assertThatThrownBy(
            () -> {
              properties.workers(1);
              properties.batchPolicy(BatchPolicy.DEFAULT);
              properties.timeouts(TIMEOUTS);
              properties.maxBodyBytes(1);
            })
        .isInstanceOf(StartException.class)
        .hasMessageContaining("serving.properties")
        .hasMessageContaining(entry[0])
        .hasMessageContaining("'" + entry[1] + "'")
        .hasMessageContaining("whole number from");
  }

  @Test
  void read_aChoice_goesBeforeTheBuilders() throws Exception {
    EnvelopeRules built =
        EnvelopeRules.DEFAULT.instanceErrors(InstanceErrors.IN_PLACE).lenientStrings(true);
    assertThat(read("instance_errors=request_fails\nlenient_strings=false").envelopeRules(built))
        .isEqualTo(EnvelopeRules.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          instance_errors=IN_PLACE | instance_errors must be in_place or request_fails
          instance_errors=         | instance_errors must be in_place or request_fails
          lenient_strings=yes      | lenient_strings must be false or true
          spread=1                 | spread must be false or true
          unknown_fields=no        | unknown_fields must be ignore or refuse
          missing_fields=          | missing_fields must be null or refuse
          """)
  void read_anUnknownChoice_namesKeyChoicesAndValue(String line, String told) throws Exception {
    ServingProperties properties = read(line);
    assertThatThrownBy(() -> properties.over(ServingSettings.DEFAULT))
        .isInstanceOf(StartException.class)
        .hasMessage("serving.properties: %s, not '%s'", told, line.split("=", 2)[1]);
  }

  @Test
  void refuseUnknown_aTypo_isNamedWithWhatIsKnown() throws Exception {
    ServingProperties properties = read("batchsize=4\nengine=PyTorch");
    assertThatThrownBy(() -> properties.refuseUnknown(Set.of("engine")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("batchsize")
        .hasMessageContaining("batch_size")
        .hasMessageContaining("engine");
    properties.refuseUnknown(Set.of("engine", "batchsize"));
  }

  @Test
  void refuseUnknown_nameWithAStar_standsForAllThatBeginLikeIt() throws Exception {
    ServingProperties properties = read("option.scale=4\noptions=1");
    assertThatThrownBy(() -> properties.refuseUnknown(Set.of("option.*")))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("nothing reads [options]");
    read("option.scale=4").refuseUnknown(Set.of("option.*"));
  }

  @Test
  void read_notUtf8_namesTheFile() throws Exception {
    Files.write(directory.resolve("serving.properties"), new byte[] {'a', '=', (byte) 0xff});
    assertThatThrownBy(() -> ServingProperties.read(directory))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("serving.properties")
        .hasMessageContaining("UTF-8");
  }

  private ServingProperties read(String text) throws Exception {
    Files.writeString(directory.resolve("serving.properties"), text);
    return ServingProperties.read(directory);
  }
}
