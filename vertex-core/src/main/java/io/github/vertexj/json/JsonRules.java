package io.github.vertexj.json;

/**
 * What is taken for JSON, and how much of it.
 *
 * <p>What exceeds a limit is the caller's error, and the error's text names the limit. Immutable
 * and thread-safe.
 *
 * @param maxDepth the most arrays and objects open at one place, the body's own included; at most
 *     {@value #MOST_DEPTH}
 * @param maxNumberLength the most characters of a number
 * @param maxStringLength the most characters of a string or a field name, counted in bytes where
 *     Jackson does not read it
 * @param maxTreeBytes the most bytes of a value that is read as a tree, as a request's parameters
 *     are
 * @param lenientStrings whether a string may hold control characters unescaped, as with Python's
 *     {@code json.loads(body, strict=False)}; RFC 8259 wants them escaped
 */
public record JsonRules(
    int maxDepth,
    int maxNumberLength,
    int maxStringLength,
    int maxTreeBytes,
    boolean lenientStrings) {

  /** The largest depth that can be chosen: readers of typed instances recurse. */
  public static final int MOST_DEPTH = 1000;

  /** 100 levels, numbers of 1,000 characters, strings as long as the body, small trees, strict. */
  public static final JsonRules DEFAULT =
      new JsonRules(100, 1_000, Integer.MAX_VALUE, 256 * 1024, false);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is not positive, or the depth too large
   */
  public JsonRules {
    requirePositive("maxDepth", maxDepth);
    requirePositive("maxNumberLength", maxNumberLength);
    requirePositive("maxStringLength", maxStringLength);
    requirePositive("maxTreeBytes", maxTreeBytes);
    if (maxDepth > MOST_DEPTH) {
      throw new IllegalArgumentException(
          "maxDepth must be at most " + MOST_DEPTH + ", not " + maxDepth);
    }
  }

  /** Returns these rules with strings that are lenient, or not. */
  public JsonRules lenientStrings(boolean lenient) {
    return new JsonRules(maxDepth, maxNumberLength, maxStringLength, maxTreeBytes, lenient);
  }

  /** Returns these rules with another limit of trees. */
  public JsonRules maxTreeBytes(int most) {
    return new JsonRules(maxDepth, maxNumberLength, maxStringLength, most, lenientStrings);
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, not " + value);
    }
  }
}
