package io.github.vertexj.start;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.envelope.EnvelopeRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a server that its model directory may say something about.
 *
 * <p>Immutable and thread-safe.
 *
 * @param batchPolicy how requests are joined into batches; null if the model says it
 * @param envelopeRules what is taken for an envelope
 * @param maxBodyBytes the largest body, in bytes
 * @param requestTimeout how long a prediction may take
 */
public record ServingSettings(
    @Nullable BatchPolicy batchPolicy,
    EnvelopeRules envelopeRules,
    int maxBodyBytes,
    Duration requestTimeout) {

  /**
   * What the platform has too: 10 MiB for most endpoints, 10 minutes for dedicated ones (C3.20).
   */
  public static final ServingSettings DEFAULT =
      new ServingSettings(null, EnvelopeRules.DEFAULT, 10 * 1024 * 1024, Duration.ofMinutes(10));
}
