package io.github.vertexj.json;

/**
 * How much an envelope may hold, beyond the length of its body, which the server bounds.
 *
 * <p>What exceeds a limit is the caller's error, and the error's text names the limit. Immutable
 * and thread-safe.
 *
 * @param maxInstances the most instances of a request
 * @param maxDepth the most arrays and objects open at one place, the envelope's two included; at
 *     most {@value #MOST_DEPTH}
 * @param maxNumberLength the most characters of a number
 * @param maxStringLength the most characters of a string or a field name, counted in bytes where
 *     Jackson does not read it
 */
public record EnvelopeLimits(
    int maxInstances, int maxDepth, int maxNumberLength, int maxStringLength) {

  /** The largest depth that can be chosen: readers of typed instances recurse. */
  public static final int MOST_DEPTH = 1000;

  /** A million instances, 100 levels, numbers of 1,000 characters, strings as long as the body. */
  public static final EnvelopeLimits DEFAULT =
      new EnvelopeLimits(1_000_000, 100, 1_000, Integer.MAX_VALUE);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not positive, or the depth too large
   */
  public EnvelopeLimits {
    requirePositive("maxInstances", maxInstances);
    requirePositive("maxDepth", maxDepth);
    requirePositive("maxNumberLength", maxNumberLength);
    requirePositive("maxStringLength", maxStringLength);
    if (maxDepth > MOST_DEPTH) {
      throw new IllegalArgumentException(
          "maxDepth must be at most " + MOST_DEPTH + ", not " + maxDepth);
    }
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
  }
}
