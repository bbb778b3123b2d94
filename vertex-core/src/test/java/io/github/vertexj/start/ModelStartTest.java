package io.github.vertexj.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.env.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStartTest {
  private static final BatchPolicy PROVIDERS = new BatchPolicy(5, Duration.ofMillis(5), 55);

  @TempDir Path directory;
  private final List<String> log = new ArrayList<>();
  private final PredictorProvider<String, String> provider =
      (model, progress) -> {
        log.add("load");
        return LoadedModel.<String, String>builder(
                String.class, worker -> (instances, parameters) -> instances)
            .batchPolicy(PROVIDERS)
            .onClose(() -> log.add("close"))
            .build();
      };

  private StartedModel<String, String> start(ServingSettings settings) throws Exception {
    Origin origin = new Origin(Environment.of(Map.of()), directory.toString());
    return ModelStart.run(provider, origin, settings, stage -> {});
  }

  private void write(String file, String text) throws Exception {
    Files.writeString(directory.resolve(file), text);
  }

  @Test
  void run_batchPolicy_isTheDirectorysThenTheBuildersThenTheProviders() throws Exception {
    BatchPolicy built = new BatchPolicy(6, Duration.ofMillis(6), 66);
    ServingSettings settings = ServingSettings.DEFAULT;
    ServingSettings withPolicy = settingsOf(new ModelSettings(null, null, built));
    assertThat(start(settings).model().batchPolicy()).isEqualTo(PROVIDERS);
    assertThat(start(withPolicy).model().batchPolicy()).isEqualTo(built);
    write("serving.properties", "batch_size=7");
    assertThat(start(settings).model().batchPolicy()).isEqualTo(PROVIDERS.maxBatchSize(7));
    assertThat(start(withPolicy).model().batchPolicy()).isEqualTo(built.maxBatchSize(7));
  }

  private static ServingSettings settingsOf(ModelSettings model) {
    ServingSettings settings = ServingSettings.DEFAULT;
    return new ServingSettings(
        model, settings.envelopeRules(), settings.maxBodyBytes(), settings.timeouts());
  }

  @Test
  void run_workers_areTheDirectorysThenTheBuildersThenTheProviders() throws Exception {
    ServingSettings six = settingsOf(new ModelSettings(6, null, null));
    assertThat(start(ServingSettings.DEFAULT).model().workers()).isEqualTo(1);
    assertThat(start(six).model().workers()).isEqualTo(6);
    write("serving.properties", "workers=7\nspread=true");
    assertThat(start(ServingSettings.DEFAULT).model().workers()).isEqualTo(7);
    assertThat(start(six).model().workers()).isEqualTo(7);
    assertThat(start(six).model().batchPolicy()).isEqualTo(PROVIDERS.spread(true));
  }

  @Test
  void run_settingOutOfRange_isToldBeforeTheModelIsLoaded() throws Exception {
    write("serving.properties", "batch_size=0");
    assertThatThrownBy(() -> start(ServingSettings.DEFAULT))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("batch_size");
    assertThat(log).isEmpty();
  }

  @Test
  void run_sampleThatIsNone_closesTheModel() throws Exception {
    write("samples.jsonl", "\"a\"\n5");
    assertThatThrownBy(() -> start(ServingSettings.DEFAULT))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("samples.jsonl, line 2: ");
    assertThat(log).containsExactly("load", "close");
  }
}
