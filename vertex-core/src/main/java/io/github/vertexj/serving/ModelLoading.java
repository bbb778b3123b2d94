package io.github.vertexj.serving;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.StartException;
import io.github.vertexj.artifact.ArtifactException;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.json.BytePool;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens between the start and the first prediction: the model's files are fetched, its
 * settings read, and it is loaded.
 *
 * <p>Of the settings, the model directory's go before the builder's, and those before the
 * provider's.
 */
final class ModelLoading {
  private static final Logger LOG = LoggerFactory.getLogger(ModelLoading.class);

  /**
   * The settings that requests are held to.
   *
   * @param maxBodyBytes the largest body
   * @param requestTimeout how long a prediction may take
   */
  record Limits(int maxBodyBytes, Duration requestTimeout) {}

  private final HandlerSettings settings;
  private final Dispatch<?, ?> dispatch;
  private final Readiness readiness;

  /**
   * Creates a loading.
   *
   * @param settings must not change any more
   */
  ModelLoading(HandlerSettings settings, Dispatch<?, ?> dispatch, Readiness readiness) {
    this.settings = settings;
    this.dispatch = dispatch;
    this.readiness = readiness;
  }

  /** Loads the model into the dispatch. */
  Limits run(BytePool pool) throws Exception {
    Deployment deployment =
        Deployment.of(
            settings.environment, settings.storageUri, settings.provider, readiness::starting);
    ServingProperties properties = deployment.properties();
    Limits limits =
        new Limits(
            properties.maxBodyBytes(settings.maxBodyBytes),
            properties.requestTimeout(settings.requestTimeout));
    dispatch.load(
        deployment.model(),
        new Batching(properties),
        properties.envelopeRules(settings.envelopeRules),
        readiness::starting,
        pool);
    return limits;
  }

  /** Logs a failure, and has health say its reason. */
  void fail(Throwable failure) {
    if (failure instanceof StartException || failure instanceof ArtifactException) {
      LOG.error("The model could not be loaded: {}", failure.getMessage());
    } else {
      LOG.error("The model could not be loaded", failure);
    }
    readiness.failed(reason(failure));
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  private final class Batching implements ModelStart.BatchSetup {
    private final ServingProperties properties;

    Batching(ServingProperties properties) {
      this.properties = properties;
    }

    @Override
    public BatchPolicy policy(BatchPolicy ofProvider) {
      return properties.batchPolicy(
          settings.batchPolicy == null ? ofProvider : settings.batchPolicy);
    }

    @Override
    public BatchListener listener() {
      return new DeviceWatch(
          settings.listener, lost -> readiness.failed("the model's device is lost"));
    }
  }
}
