package io.github.vertexj.start;

import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import io.github.vertexj.artifact.ArtifactException;
import io.github.vertexj.envelope.JacksonVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of a model: its files are fetched, its settings read, it is loaded, and the samples in
 * its directory are read as instances. What follows is its server's: predictors are made, and
 * warmed up on the threads they will have.
 */
public final class ModelStart {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStart.class);

  private ModelStart() {}

  /**
   * Starts a model.
   *
   * @param origin where its files are
   * @param settings what the program says; the model directory's go before them
   * @param progress told what is being done
   * @throws StartException if a setting is unknown or out of range, or a sample is no instance
   * @throws java.io.IOException if the files cannot be had, in one line
   */
  public static <I, P> StartedModel<I, P> run(
      PredictorProvider<I, P> provider,
      Origin origin,
      ServingSettings settings,
      LoadProgress progress)
      throws Exception {
    JacksonVersion.require();
    FetchedModel fetched = FetchedModel.of(origin, provider, progress);
    ServingProperties properties = fetched.properties();
    ServingSettings all = properties.over(settings); // what is wrong there need not wait for a load
    progress.report("loading the model");
    LoadedModel<I, P> model = provider.load(fetched.model(), progress);
    try {
      LoadedModel<I, P> set = properties.over(settings.model(), model);
      return new StartedModel<>(
          fetched.model(), set, all, Samples.read(fetched.model(), set, all.envelopeRules()));
    } catch (Throwable failure) {
      model.close();
      throw failure;
    }
  }

  /**
   * Logs why a model could not be loaded: in one line where that tells it all.
   *
   * @return the line that health says
   */
  public static String logFailure(Throwable failure) {
    if (failure instanceof StartException || failure instanceof ArtifactException) {
      LOG.error("The model could not be loaded: {}", failure.getMessage());
    } else {
      LOG.error("The model could not be loaded", failure);
    }
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
