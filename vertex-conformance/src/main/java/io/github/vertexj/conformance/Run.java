package io.github.vertexj.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All selected checks, one after the other, on one target. */
final class Run {
  private Run() {}

  /**
   * Makes the checks.
   *
   * @param each gets every result as soon as it is there
   */
  static List<Result> of(Options options, Consumer<Result> each) throws InterruptedException {
    List<Result> results = new ArrayList<>();
    Target target = new Target(options);
    Thread killer = new Thread(target::close);
    Runtime.getRuntime().addShutdownHook(killer); // no process is left behind by Ctrl-C
    try (target) {
      for (Check check : Checks.all()) {
        if (options.selects(check)) {
          Result result = result(check, target);
          results.add(result);
          each.accept(result);
          target.look(check);
        }
      }
    } finally {
      Runtime.getRuntime().removeShutdownHook(killer);
    }
    return results;
  }

  private static Result result(Check check, Target target) throws InterruptedException {
    try {
      return Result.kept(check, check.trial().on(target));
    } catch (Verdict verdict) {
      return verdict.of(check);
    }
  }
}
