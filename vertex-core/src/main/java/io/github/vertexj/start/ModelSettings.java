package io.github.vertexj.start;

import io.github.vertexj.BatchPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a server says of its model instead of the provider.
 *
 * <p>Immutable and thread-safe.
 *
 * @param workers the number of workers, at least 1; null if the model says it
 * @param virtualThreads whether workers have virtual threads; null if the model says it
 * @param batchPolicy how requests are joined into batches; null if the model says it
 */
public record ModelSettings(
    @Nullable Integer workers,
    @Nullable Boolean virtualThreads,
    @Nullable BatchPolicy batchPolicy) {}
