package io.github.vertexj.json;

/**
 * The memory that one request may take, told before it is taken.
 *
 * <p>Bytes of a body become more than they are: a pair of braces is an object of a hundred bytes.
 * So readers count what they make, by figures that are rather too large than too small.
 */
@FunctionalInterface
public interface Allowance {
  /** An allowance without an end. */
  Allowance UNLIMITED = bytes -> {};

  /** What an instance costs beside its elements: a view or two, and its place in a list. */
  int INSTANCE_BYTES = 128;

  /**
   * Takes so many bytes.
   *
   * @throws RuntimeException if there are not so many; what has been made is then given up
   */
  void take(long bytes);
}
