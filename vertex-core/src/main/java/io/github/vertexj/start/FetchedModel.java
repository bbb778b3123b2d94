package io.github.vertexj.start;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.artifact.ModelDirectory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A model's files, on this machine, with its settings read and each of them known to somebody.
 *
 * @param model what the provider is to load
 * @param properties the settings that are not the provider's
 */
record FetchedModel(DeployedModel model, ServingProperties properties) {

  /** Where fetched models are kept, unless somebody says otherwise. */
  private static final Path DOWNLOADS =
      Path.of(System.getProperty("java.io.tmpdir"), "vertex-models");

  /**
   * Fetches what is not local and reads the settings.
   *
   * @throws StartException if a setting is unknown
   * @throws IOException if the files cannot be had, in one line
   */
  static FetchedModel of(Origin origin, PredictorProvider<?, ?> provider, LoadProgress progress)
      throws IOException {
    String files = origin.files();
    Path directory = files == null ? null : ModelDirectory.locate(files, DOWNLOADS, progress);
    ServingProperties properties = ServingProperties.read(directory);
    properties.refuseUnknown(provider.settingNames());
    DeployedModel model =
        new DeployedModel(
            origin.environment().endpointId().orElse(null),
            origin.environment().deployedModelId().orElse(null),
            directory,
            properties.forProvider());
    return new FetchedModel(model, properties);
  }
}
