package io.github.vertexj.onnx;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.StartException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model loaded once on each of its devices. */
final class OnnxReplicas implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(OnnxReplicas.class);

  private final Path file;
  private final WorkerPlan plan;
  private final List<OnnxSession> sessions = new ArrayList<>();

  private OnnxReplicas(Path file, WorkerPlan plan) {
    this.file = file;
    this.plan = plan;
  }

  /**
   * Loads.
   *
   * @throws StartException saying in one line what is missing or wrong
   */
  static OnnxReplicas load(DeployedModel model, OnnxSettings settings, LoadProgress progress) {
    Path file = OnnxFile.find(model.directory(), settings.modelName());
    progress.report("starting ONNX Runtime");
    int cores = Runtime.getRuntime().availableProcessors();
    WorkerPlan plan = WorkerPlan.of(settings, Gpus.wanted(settings), cores);
    if (plan.oversubscribed(cores)) {
      logger.warn(
          "{} workers with {} threads each are more than the {} processors: they will slow one"
              + " another down",
          plan.workers(),
          plan.threads(),
          cores);
    }
    OnnxReplicas replicas = new OnnxReplicas(file, plan);
    try {
      replicas.loadAll(settings, progress);
    } catch (RuntimeException e) {
      replicas.close();
      throw e;
    }
    logger.info("Loaded {}, {}", file, replicas.signature());
    return replicas;
  }

  private void loadAll(OnnxSettings settings, LoadProgress progress) {
    if (settings.tensorRtCache() != null && !plan.onGpus()) {
      throw new StartException(
          OnnxSettings.TENSOR_RT_CACHE
              + " in serving.properties asks for TensorRT, which runs on GPUs only; remove it, or write load_on_devices=gpu");
    }
    for (int i = 0; i < plan.sessions(); i++) {
      progress.report("loading the model, %d of %d".formatted(i + 1, plan.sessions()));
      int gpu = plan.onGpus() ? plan.gpus().get(i) : SessionSettings.CPU;
      SessionSettings session =
          new SessionSettings(gpu, plan.sessionThreads(), settings.tensorRtCache());
      if (plan.onGpus()) {
        Gpus.require(session);
      }
      sessions.add(OnnxSession.load(file, session));
    }
  }

  /** The model's inputs and outputs. */
  Signature signature() {
    return sessions.get(0).signature();
  }

  /** Where the model runs. */
  WorkerPlan plan() {
    return plan;
  }

  /** Returns the session of a worker. */
  OnnxSession ofWorker(int worker) {
    return sessions.get(plan.sessionOf(worker));
  }

  /** Closes the sessions, each when the runs under way have ended. */
  @Override
  public void close() {
    sessions.forEach(OnnxSession::close);
    sessions.clear();
  }
}
