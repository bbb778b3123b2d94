package io.github.vertexj;

/**
 * A listener told how far the loading of a model is.
 *
 * <p>Thread-safe.
 */
@FunctionalInterface
public interface LoadProgress {

  /** Reports what is being done now, such as {@code downloading 41 %}; health says it. */
  void report(String stage);
}
