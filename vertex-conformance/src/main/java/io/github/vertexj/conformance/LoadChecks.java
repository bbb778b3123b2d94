package io.github.vertexj.conformance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server with more to do than it can. Of use for one run. */
final class LoadChecks {
  private static final int POLL_MILLIS = 200;

  private Load.@Nullable Run run;

  List<Check> all() {
    return List.of(
        Check.assumed("C1.37", "health is 200 within 10 s while predictions queue", this::health),
        Check.assumed("C8.11", "under overload a prediction is 200, 429 or 503", this::overload),
        Check.assumed("C8.11", "a 429 says when to come back", this::retryAfter),
        Check.documented("C1.33", "after overload all is as before", this::recovers),
        Check.documented("C1.1", "it has lived through all of this", LoadChecks::survives));
  }

  private Load.Run run(Target target) throws Verdict, InterruptedException {
    if (run == null) {
      target.wantLoad();
      String json = target.workingInstances().one();
      Server server = target.server();
      if (server.health().status() != 200) {
        throw Verdict.untested("health is not 200 before the load either");
      }
      run =
          Load.openLoop(
              server, Request.json(server.predictRoute(), json), target.options().loadTime());
    }
    return run;
  }

  private String health(Target target) throws Verdict, InterruptedException {
    long slowest = 0;
    List<Exchange> health = run(target).health();
    for (Exchange exchange : health) {
      exchange.expect(200);
      slowest = Math.max(slowest, exchange.time().toMillis());
    }
    return "slowest of " + health.size() + ": " + slowest + " ms";
  }

  private String overload(Target target) throws Verdict, InterruptedException {
    Load.Run load = run(target);
    int good = 0;
    for (Exchange exchange : load.predictions()) {
      int status = exchange.answer().status();
      if (status != 200 && status != 429 && status != 503) {
        throw Verdict.broken("the status is another", exchange);
      }
      good += status == 200 ? 1 : 0;
    }
    String counts = good + " of " + load.predictions().size() + " predicted";
    return load.notSent() == 0 ? counts : counts + ", " + load.notSent() + " held back";
  }

  private String retryAfter(Target target) throws Verdict, InterruptedException {
    List<Exchange> rejected =
        run(target).predictions().stream().filter(exchange -> exchange.status() == 429).toList();
    if (rejected.isEmpty()) {
      throw Verdict.notApplicable("no prediction was rejected with 429");
    }
    for (Exchange exchange : rejected) {
      if (exchange.answer().header("retry-after").isEmpty()) {
        throw Verdict.broken("there is no Retry-After", exchange);
      }
    }
    return "";
  }

  private String recovers(Target target) throws Verdict, InterruptedException {
    run(target);
    Server server = target.server();
    long limit = System.nanoTime() + target.options().healthTimeout().toNanos();
    while (server.health().status() != 200 && System.nanoTime() < limit) {
      Thread.sleep(POLL_MILLIS);
    }
    server.health().expect(200);
    target.server().predict(target.instances().one()).predictions(1);
    return "";
  }

  private static String survives(Target target) throws Verdict, InterruptedException {
    String lost = target.lost();
    if (lost != null) {
      throw Verdict.broken(lost);
    }
    target.server();
    return "";
  }
}
