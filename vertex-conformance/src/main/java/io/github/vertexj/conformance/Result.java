package io.github.vertexj.conformance;

import org.jspecify.annotations.Nullable;

/**
 * What a check found on a server.
 *
 * @param text what was seen, or why there is no better outcome; may be empty
 * @param exchange the request and the reply that show a broken clause; null if none does
 */
record Result(Check check, Outcome outcome, String text, @Nullable Exchange exchange) {

  static Result kept(Check check, String seen) {
    return new Result(check, Outcome.KEPT, seen, null);
  }

  /** Whether it fails the run. */
  boolean fails(boolean strict) {
    return outcome == Outcome.BROKEN && (strict || check.certainty() == Certainty.DOCUMENTED);
  }
}
