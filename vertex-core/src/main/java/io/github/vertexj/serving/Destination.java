package io.github.vertexj.serving;

/** Where a request belongs: the model, in one of its formats, or one of its raw handlers. */
interface Destination {

  /**
   * Answers a call whose body is complete, now or later.
   *
   * @throws RuntimeException if it cannot; then the call fails with it
   */
  void answer(Call call);

  /** Whether that takes only moments if the body is of this length. */
  default boolean quick(int bytes) {
    return false;
  }

  /** Says that a request is on its way. */
  default void announce() {}

  /** Takes an announcement back: no request follows. */
  default void unannounce() {}
}
