package io.github.vertexj.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The end of a server: SIGTERM while it predicts. Of use for one run. */
final class StopChecks {
  /** After it, Kubernetes kills. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private static final Duration AT_ONCE = Duration.ofSeconds(10);
  private static final int CLIENTS = 16;
  private static final int WARM = CLIENTS;
  private static final long A_SECOND = 1_000_000_000L;
  private static final int POLL_MILLIS = 20;

  /**
   * What was seen of a stop under load.
   *
   * @param inFlight the requests sent before the signal and not yet answered then
   * @param after the requests sent in the second after it
   * @param health what health said after the signal
   */
  private record Stop(
      OptionalInt exitCode,
      Duration time,
      boolean listensOn,
      List<Exchange> inFlight,
      List<Exchange> after,
      List<Exchange> health,
      long signalNanos) {}

  private @Nullable Stop stop;

  List<Check> all() {
    return List.of(
        Check.assumed("C1.46", "SIGTERM ends the server, not only its wrapper", this::ends),
        Check.assumed("C1.45", "SIGTERM loses no request under way", this::losesNothing),
        Check.assumed(
            "C1.45", "for a second after SIGTERM requests are still answered", this::goesOn),
        Check.assumed(
            "C1.45", "after SIGTERM health is 503, or nobody listens", this::saysStopping),
        Check.assumed("C1.45", "after SIGTERM the exit code is 0", this::exitCode),
        Check.assumed("C1.45", "a second SIGTERM ends it at once", this::secondSignal));
  }

  private Stop stop(Target target) throws Verdict, InterruptedException {
    if (stop == null) {
      target.wantCommand();
      target.wantLoad();
      Instances instances = target.workingInstances();
      Server server = target.startedServer();
      stop = stop(server, Request.json(server.predictRoute(), instances.one()));
      target.close();
    }
    return stop;
  }

  private static Stop stop(Server server, Request request) throws Verdict, InterruptedException {
    ServerProcess process = processOf(server);
    Load.Clients clients = new Load.Clients(server, request, CLIENTS);
    awaitAnswers(clients, server);
    long signal = System.nanoTime();
    process.terminate();
    List<Exchange> health = Collections.synchronizedList(new ArrayList<>());
    Thread poll = Load.daemon(() -> Load.poll(server, health, POLL_MILLIS, process::alive));
    poll.start();
    OptionalInt exitCode = process.exitCodeWithin(GRACE);
    Duration time = Duration.ofNanos(System.nanoTime() - signal);
    boolean listensOn = exitCode.isPresent() && server.listens();
    process.close();
    List<Exchange> all = clients.stop();
    List<Exchange> inFlight =
        all.stream().filter(e -> e.sentNanos() < signal && e.endNanos() >= signal).toList();
    List<Exchange> after =
        all.stream()
            .filter(e -> e.sentNanos() >= signal && e.sentNanos() < signal + A_SECOND)
            .toList();
    poll.join();
    return new Stop(exitCode, time, listensOn, inFlight, after, List.copyOf(health), signal);
  }

  private static ServerProcess processOf(Server server) throws Verdict {
    return server.process().orElseThrow(() -> Verdict.untested("needs --command"));
  }

  private static void awaitAnswers(Load.Clients clients, Server server)
      throws InterruptedException {
    long limit = System.nanoTime() + server.options().timeout().toNanos();
    while (clients.answered() < WARM && System.nanoTime() < limit && server.listens()) {
      Thread.sleep(POLL_MILLIS);
    }
  }

  private String ends(Target target) throws Verdict, InterruptedException {
    Stop seen = stop(target);
    if (seen.exitCode().isEmpty()) {
      throw Verdict.broken("it still runs after " + GRACE.toSeconds() + " s");
    }
    if (seen.listensOn()) {
      throw Verdict.broken("the command has ended, and what it had started still listens");
    }
    return String.format(Locale.ROOT, "after %.1f s", seen.time().toMillis() / 1000.0);
  }

  /** What was seen of a server that does end: what does not is told so once. */
  private Stop ended(Target target) throws Verdict, InterruptedException {
    Stop seen = stop(target);
    if (seen.exitCode().isEmpty() || seen.listensOn()) {
      throw Verdict.untested("SIGTERM does not end it");
    }
    return seen;
  }

  private String losesNothing(Target target) throws Verdict, InterruptedException {
    return allAnswered(ended(target).inFlight());
  }

  /** What was seen of a server that ends with care; others are told so by what they lose. */
  private Stop careful(Target target) throws Verdict, InterruptedException {
    Stop seen = ended(target);
    if (seen.inFlight().stream().anyMatch(exchange -> !exchange.answered())) {
      throw Verdict.untested("it loses the requests under way");
    }
    return seen;
  }

  /** The platform goes on sending until it has noticed. */
  private String goesOn(Target target) throws Verdict, InterruptedException {
    return allAnswered(careful(target).after());
  }

  private static String allAnswered(List<Exchange> sent) throws Verdict {
    if (sent.isEmpty()) {
      throw Verdict.untested("no request was sent then");
    }
    List<Exchange> lost = sent.stream().filter(exchange -> !exchange.answered()).toList();
    if (!lost.isEmpty()) {
      throw Verdict.broken(lost.size() + " of " + sent.size() + " are lost", lost.get(0));
    }
    return sent.size() + " of " + sent.size() + " answered";
  }

  private String saysStopping(Target target) throws Verdict, InterruptedException {
    Stop seen = ended(target);
    for (Exchange health : seen.health()) {
      boolean late = health.sentNanos() - seen.signalNanos() > A_SECOND;
      if (late && health.status() == 200) {
        throw Verdict.broken("health is still 200 a second after the signal", health);
      }
    }
    return "";
  }

  private String exitCode(Target target) throws Verdict, InterruptedException {
    int code = careful(target).exitCode().orElseThrow();
    if (code != 0) {
      throw Verdict.broken("the exit code is " + code);
    }
    return "";
  }

  private String secondSignal(Target target) throws Verdict, InterruptedException {
    if (stop != null) {
      ended(target);
    }
    try (Target.Launch launch = target.launch(variables -> variables)) {
      ServerProcess process = processOf(launch.ready("the ordinary variables"));
      process.terminate();
      Thread.sleep(POLL_MILLIS);
      process.terminate();
      if (process.exitCodeWithin(AT_ONCE).isEmpty()) {
        throw Verdict.broken("it still runs after " + AT_ONCE.toSeconds() + " s");
      }
      return "";
    }
  }
}
