package io.github.vertexj.conformance;

import java.util.Locale;

/** Where a clause comes from. */
enum Certainty {
  /** The platform's documentation or API definition says so. */
  DOCUMENTED,
  /**
   * Nobody says so: it is what other servers do, or what follows from the rest. Breaking it fails
   * no run but a strict one.
   */
  ASSUMED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
