package io.github.vertexj.serving;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.env.Environment;
import io.github.vertexj.env.Routes;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.start.ModelSettings;
import io.github.vertexj.start.Origin;
import io.github.vertexj.start.ServingSettings;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a program says about a {@link PredictionHandler}, and the defaults of what it leaves open.
 *
 * <p>Not thread-safe; a copy is made of it when it may not change any more.
 */
final class HandlerSettings {
  final PredictorProvider<?, ?> provider;
  Environment environment = Environment.of(Map.of());
  @Nullable Routes routes;
  @Nullable String storageUri;
  @Nullable Integer workers;
  @Nullable Boolean virtualThreads;
  @Nullable BatchPolicy batchPolicy;
  EnvelopeRules envelopeRules = ServingSettings.DEFAULT.envelopeRules();
  BatchListener listener = BatchListener.NONE;
  int maxBodyBytes = ServingSettings.DEFAULT.maxBodyBytes();
  long maxRequestMemory = Runtime.getRuntime().maxMemory() / 4;
  int handlerThreads = 64;
  boolean healthByPost;
  Duration requestTimeout = ServingSettings.DEFAULT.timeouts().request();
  Duration workerTimeout = ServingSettings.DEFAULT.timeouts().worker();

  HandlerSettings(PredictorProvider<?, ?> provider) {
    this.provider = provider;
  }

  HandlerSettings copy() {
    HandlerSettings copy = new HandlerSettings(provider);
    copy.environment = environment;
    copy.routes = routes;
    copy.storageUri = storageUri;
    copy.workers = workers;
    copy.virtualThreads = virtualThreads;
    copy.batchPolicy = batchPolicy;
    copy.envelopeRules = envelopeRules;
    copy.listener = listener;
    copy.maxBodyBytes = maxBodyBytes;
    copy.maxRequestMemory = maxRequestMemory;
    copy.handlerThreads = handlerThreads;
    copy.healthByPost = healthByPost;
    copy.requestTimeout = requestTimeout;
    copy.workerTimeout = workerTimeout;
    return copy;
  }

  /** The routes, which are those of the environment unless others are set. */
  Routes allRoutes() {
    Routes all = routes == null ? Routes.from(environment) : routes;
    return healthByPost ? all.withHealthByPost() : all;
  }

  /** Where the model comes from: the environment's storage URI counts unless another is set. */
  Origin origin() {
    return new Origin(environment, storageUri);
  }

  /** What the model directory may say something else about. */
  ServingSettings serving() {
    ModelSettings model = new ModelSettings(workers, virtualThreads, batchPolicy);
    return new ServingSettings(
        model,
        envelopeRules,
        maxBodyBytes,
        new ServingSettings.Timeouts(requestTimeout, workerTimeout));
  }

  static Duration requireUpToADay(String name, Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(name + " must be from 1 ms to 1 day, not " + timeout);
    }
    return timeout;
  }

  static void requireAtLeastOne(String name, long number) {
    if (number < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + number);
    }
  }
}
