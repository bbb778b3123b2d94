package io.github.vertexj.serving;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.env.Environment;
import io.github.vertexj.env.Routes;
import io.github.vertexj.envelope.EnvelopeRules;
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
  @Nullable BatchPolicy batchPolicy;
  EnvelopeRules envelopeRules = EnvelopeRules.DEFAULT;
  BatchListener listener = BatchListener.NONE;
  int maxBodyBytes = 10 * 1024 * 1024; // the platform's own limit for most endpoints, C3.20
  long maxBodyMemory = Runtime.getRuntime().maxMemory() / 4;
  int handlerThreads = 64;
  boolean healthByPost;
  Duration requestTimeout = Duration.ofMinutes(10); // its default for dedicated ones, C3.20

  HandlerSettings(PredictorProvider<?, ?> provider) {
    this.provider = provider;
  }

  HandlerSettings copy() {
    HandlerSettings copy = new HandlerSettings(provider);
    copy.environment = environment;
    copy.routes = routes;
    copy.storageUri = storageUri;
    copy.batchPolicy = batchPolicy;
    copy.envelopeRules = envelopeRules;
    copy.listener = listener;
    copy.maxBodyBytes = maxBodyBytes;
    copy.maxBodyMemory = maxBodyMemory;
    copy.handlerThreads = handlerThreads;
    copy.healthByPost = healthByPost;
    copy.requestTimeout = requestTimeout;
    return copy;
  }

  /** The routes, which are those of the environment unless others are set. */
  Routes allRoutes() {
    Routes all = routes == null ? Routes.from(environment) : routes;
    return healthByPost ? all.withHealthByPost() : all;
  }

  static void requireAtLeastOne(String name, long number) {
    if (number < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, not " + number);
    }
  }
}
