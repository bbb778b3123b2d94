package io.github.vertexj.conformance;

import java.util.List;

/**
 * Large bodies. An envelope is made large by white space, so that a model has no more to do, and
 * one of any kind can be asked.
 */
final class SizeChecks {
  private static final int SHARED_LIMIT = 1_500_000;
  private static final int DEDICATED_LIMIT = 10_000_000;
  private static final int BEYOND = 20_000_000;

  private SizeChecks() {}

  static List<Check> all() {
    return List.of(
        Check.documented(
            "C3.20",
            "a body of 1.5 MB, the limit of shared endpoints",
            target -> accepts(target, SHARED_LIMIT)),
        Check.assumed(
            "C3.20",
            "a body of 10 MB, the limit of dedicated endpoints",
            target -> acceptsAfter(target, SHARED_LIMIT, DEDICATED_LIMIT)),
        Check.assumed("C3.23", "a body of 20 MB: 200 or 4xx", SizeChecks::answersBeyond));
  }

  private static String accepts(Target target, int bytes) throws Verdict, InterruptedException {
    send(target, bytes).predictions(1);
    return "";
  }

  /** A limit below the first size is told there. */
  private static String acceptsAfter(Target target, int smaller, int bytes)
      throws Verdict, InterruptedException {
    if (send(target, smaller).status() != 200) {
      throw Verdict.untested("a smaller body is not predicted either");
    }
    return accepts(target, bytes);
  }

  private static String answersBeyond(Target target) throws Verdict, InterruptedException {
    Exchange exchange = send(target, BEYOND);
    if (!exchange.answered() && !send(target, DEDICATED_LIMIT).answered()) {
      throw Verdict.untested("a smaller body gets no reply either");
    }
    if (!exchange.answer().refuses()) {
      exchange.predictions(1);
    }
    return "status " + exchange.status();
  }

  private static Exchange send(Target target, int bytes) throws Verdict, InterruptedException {
    String envelope = target.workingInstances().one();
    String spaces = " ".repeat(Math.max(0, bytes - envelope.length()));
    return target.server().predict("{" + spaces + envelope.substring(1));
  }
}
