package io.github.vertexj.start;

import io.github.vertexj.envelope.EnvelopeRules;
import java.time.Duration;

/**
 * The settings of a server that its model directory may say something about.
 *
 * <p>Immutable and thread-safe.
 *
 * @param model what is said of the model
 * @param envelopeRules what is taken for an envelope
 * @param maxBodyBytes the largest body, in bytes
 * @param timeouts how long things may take
 */
public record ServingSettings(
    ModelSettings model, EnvelopeRules envelopeRules, int maxBodyBytes, Timeouts timeouts) {

  /**
   * How long things may take.
   *
   * @param request a reply, from the complete body on
   * @param worker a call of a predictor beyond that, if no other worker comes back either: then the
   *     server gives up
   */
  public record Timeouts(Duration request, Duration worker) {}

  /**
   * What the platform has too: 10 MiB for most endpoints, 10 minutes for dedicated ones (C3.20).
   */
  public static final ServingSettings DEFAULT =
      new ServingSettings(
          new ModelSettings(null, null, null),
          EnvelopeRules.DEFAULT,
          10 * 1024 * 1024,
          new Timeouts(Duration.ofMinutes(10), Duration.ofMinutes(1)));
}
