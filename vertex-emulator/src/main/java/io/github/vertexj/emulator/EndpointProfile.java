package io.github.vertexj.emulator;

import java.time.Duration;
import java.util.Locale;

/**
 * The kind of an endpoint and its limits (C3.20).
 *
 * <p>A <b>shared</b> endpoint reads requests and replies as protocol messages: unknown fields are
 * refused, numbers become doubles, the order of keys is lost (C3.5, C3.8, C3.9), and a container's
 * errors are translated (C3.30–C3.32). A <b>dedicated</b> endpoint passes bytes and statuses
 * through (C3.33); it alone streams and invokes arbitrary routes. Immutable.
 *
 * @param dedicated whether the endpoint is a dedicated one, else shared
 * @param maxBodyBytes the largest request body and reply body; that 1.5 MB and 10 MB are decimal is
 *     an assumption
 * @param inferenceTimeout the longest call, the whole reply included; that a stream counts as a
 *     whole is an assumption (C4.7)
 */
public record EndpointProfile(boolean dedicated, int maxBodyBytes, Duration inferenceTimeout) {

  /** A shared public endpoint: 1.5 MB, 60 s (C3.20a). */
  public static final EndpointProfile SHARED =
      new EndpointProfile(false, 1_500_000, Duration.ofMinutes(1));

  /** A dedicated public endpoint: 10 MB, 600 s (C3.20b). */
  public static final EndpointProfile DEDICATED =
      new EndpointProfile(true, 10_000_000, Duration.ofMinutes(10));

  /** Checks the limits. */
  public EndpointProfile {
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException("maxBodyBytes must be at least 1, not " + maxBodyBytes);
    }
    if (inferenceTimeout.isZero() || inferenceTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "inferenceTimeout must be positive, but is " + inferenceTimeout);
    }
  }

  /**
   * Returns the profile of a name.
   *
   * @throws IllegalArgumentException if it is neither {@code shared} nor {@code dedicated}
   */
  public static EndpointProfile of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "shared" -> SHARED;
      case "dedicated" -> DEDICATED;
      default ->
          throw new IllegalArgumentException(
              "there is no profile \"" + name + "\": use shared or dedicated");
    };
  }

  /** Returns this profile with another limit of bodies. */
  public EndpointProfile withMaxBodyBytes(int bytes) {
    return new EndpointProfile(dedicated, bytes, inferenceTimeout);
  }

  /**
   * Returns this profile with another time-out; the platform itself allows that on dedicated
   * endpoints only, up to an hour (C3.21).
   */
  public EndpointProfile withInferenceTimeout(Duration timeout) {
    return new EndpointProfile(dedicated, maxBodyBytes, timeout);
  }

  /** Returns {@code shared} or {@code dedicated}. */
  public String kind() {
    return dedicated ? "dedicated" : "shared";
  }
}
