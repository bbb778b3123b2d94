package io.github.vertexj.serving;

import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.start.ModelStart;
import io.github.vertexj.start.ServingSettings;
import java.time.Duration;

/** What happens between a handler's start and its first prediction, as health tells it. */
final class ModelLoading {
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
    BatchListener listener =
        new DeviceWatch(settings.listener, lost -> readiness.failed("the model's device is lost"));
    ServingSettings all = dispatch.load(settings, listener, readiness::starting, pool);
    return new Limits(all.maxBodyBytes(), all.requestTimeout());
  }

  /** Logs a failure, and has health say its reason. */
  void fail(Throwable failure) {
    readiness.failed(ModelStart.logFailure(failure));
  }
}
