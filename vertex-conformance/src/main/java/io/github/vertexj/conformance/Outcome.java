package io.github.vertexj.conformance;

import java.util.Locale;

/** What a check found. */
enum Outcome {
  KEPT,
  BROKEN,
  /** The server, or the way it was started, has nothing that the clause is about. */
  NOT_APPLICABLE,
  /** The check could not be made. */
  UNTESTED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
