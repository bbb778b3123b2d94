package io.github.vertexj.conformance;

import org.jspecify.annotations.Nullable;

/** Ends a check that cannot say "kept". */
final class Verdict extends Exception {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final transient @Nullable Exchange exchange;

  private Verdict(Outcome outcome, String why, @Nullable Exchange exchange) {
    super(why);
    this.outcome = outcome;
    this.exchange = exchange;
  }

  /** The clause is broken, as an exchange shows. */
  static Verdict broken(String why, @Nullable Exchange exchange) {
    return new Verdict(Outcome.BROKEN, why, exchange);
  }

  static Verdict broken(String why) {
    return broken(why, null);
  }

  static Verdict notApplicable(String why) {
    return new Verdict(Outcome.NOT_APPLICABLE, why, null);
  }

  static Verdict untested(String why) {
    return new Verdict(Outcome.UNTESTED, why, null);
  }

  boolean isBroken() {
    return outcome == Outcome.BROKEN;
  }

  /** This as the result of a check. */
  Result of(Check check) {
    return new Result(check, outcome, String.valueOf(getMessage()), exchange);
  }
}
