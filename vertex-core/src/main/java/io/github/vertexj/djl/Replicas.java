package io.github.vertexj.djl;

import ai.djl.engine.Engine;
import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.StartException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model loaded once on each of its devices, where its workers share it. */
final class Replicas implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

  private final Path file;
  private final DevicePlan plan;
  private final List<FencedModel> models = new ArrayList<>();

  private Replicas(Path file, DevicePlan plan) {
    this.file = file;
    this.plan = plan;
  }

  /**
   * Loads.
   *
   * @throws StartException saying in one line what is missing or wrong
   */
  static Replicas load(DeployedModel model, TorchSettings settings, LoadProgress progress) {
    Path file = ModelFile.find(model.directory(), settings.modelName());
    ModelFile.checkLayout(file);
    if (ScriptCode.prints(file)) {
      LOG.warn(
          "The model's code calls print: its lines will stand among those of the log on standard"
              + " output; take the calls out before saving it");
    }
    NativePreflight.nativeChecks().forEach(Replicas::refuse);
    progress.report("starting PyTorch");
    Engine engine = NativePreflight.engine();
    int cores = Runtime.getRuntime().availableProcessors();
    DevicePlan plan = DevicePlan.of(settings, engine.getGpuCount(), cores);
    if (plan.oversubscribed(cores)) {
      LOG.warn(
          "{} workers with {} threads each are more than the {} processors: they will slow one"
              + " another down",
          plan.workers(),
          plan.threads(),
          cores);
    }
    Replicas replicas = new Replicas(file, plan);
    replicas.loadAll(settings, model.settings(), progress);
    return replicas;
  }

  private static void refuse(Check check) {
    if (check.verdict() == Check.Verdict.FAILED) {
      throw new StartException(check.finding() + "; " + check.remedy());
    }
  }

  private void loadAll(TorchSettings settings, Map<String, String> entries, LoadProgress progress) {
    Map<String, String> options = new HashMap<>();
    entries.forEach(
        (name, value) -> {
          if (name.startsWith(TorchSettings.OPTION)) {
            options.put(name.substring(TorchSettings.OPTION.length()), value);
          }
        });
    options.put("mapLocation", Boolean.toString(settings.mapLocation()));
    try {
      for (int i = 0; i < plan.devices().size(); i++) {
        progress.report("loading the model, %d of %d".formatted(i + 1, plan.devices().size()));
        models.add(
            FencedModel.load(
                file, plan.devices().get(i), options, plan.threads(), settings.precision()));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The model's file. */
  Path file() {
    return file;
  }

  /** Where the model runs. */
  DevicePlan plan() {
    return plan;
  }

  /** Returns a builder of a model that runs here, and is closed with it. */
  <I, P> LoadedModel.Builder<I, P> serving(
      InstanceReader<I> instances, LoadedModel.Predictors<I, P> predictors) {
    return LoadedModel.builder(instances, predictors)
        .workers(plan.workers())
        .ownThreads(plan.onGpus())
        .device(plan.names())
        .onClose(this);
  }

  /** Returns the model for a new worker. */
  WorkerModel ofWorker(int worker) {
    return new WorkerModel(models.get(plan.deviceOf(worker)));
  }

  /** Closes the models, each when the calls under way have ended; later ones are refused. */
  @Override
  public void close() {
    models.forEach(FencedModel::close);
    models.clear();
  }
}
