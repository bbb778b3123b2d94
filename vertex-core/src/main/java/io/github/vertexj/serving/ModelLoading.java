package io.github.vertexj.serving;

import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.start.ModelStart;
import io.github.vertexj.start.ServingSettings;

/** What happens between a handler's start and its first prediction, as health tells it. */
final class ModelLoading {
  private final HandlerSettings settings;
  private final Router<?, ?> router;
  private final Readiness readiness;

  /**
   * Creates a loading.
   *
   * @param settings must not change any more
   */
  ModelLoading(HandlerSettings settings, Router<?, ?> router, Readiness readiness) {
    this.settings = settings;
    this.router = router;
    this.readiness = readiness;
  }

  /** Loads the model into the router. */
  Intake.Limits run(BytePool pool) throws Exception {
    BatchListener listener =
        new DeviceWatch(settings.listener, lost -> readiness.failed("the model's device is lost"));
    ServingSettings all = router.load(settings, listener, readiness::starting, pool);
    return new Intake.Limits(all.maxBodyBytes(), all.timeouts().request());
  }

  /** Logs a failure, and has health say its reason. */
  void fail(Throwable failure) {
    readiness.failed(ModelStart.logFailure(failure));
  }
}
