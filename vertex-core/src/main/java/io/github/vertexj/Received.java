package io.github.vertexj;

/**
 * An instance, and what may be known of the request that it came with.
 *
 * <p>A model's predictors take these instead of instances if they are made by {@link
 * LoadedModel#receiving}, or {@link PredictorProvider#receiving}. The instances of a batch may come
 * with different requests.
 *
 * @param <I> an instance
 */
public record Received<I>(I instance, ReceivedRequest request) {}
