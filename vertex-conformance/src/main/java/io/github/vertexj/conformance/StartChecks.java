package io.github.vertexj.conformance;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the platform sees of a container until it is ready. */
final class StartChecks {
  private StartChecks() {}

  static List<Check> all() {
    return List.of(
        Check.documented(
            "C1.22", "the port is open within 40 s of the start", StartChecks::opensEarly),
        Check.documented(
            "C2.13", "an empty AIP_STORAGE_URI is no URI", StartChecks::startsWithoutArtifacts),
        Check.documented("C1.34", "health becomes 200", StartChecks::becomesReady),
        Check.documented(
            "C1.15",
            "it listens on all interfaces, at AIP_HTTP_PORT",
            StartChecks::listensEverywhere),
        Check.documented(
            "C1.1", "the command stays in the foreground", StartChecks::staysInForeground),
        Check.assumed(
            "C1.31", "health says 503 until the model is ready", StartChecks::saysNotReady),
        Check.documented(
            "C1.34",
            "the first 200 of health is true: a prediction works",
            StartChecks::keepsItsWord));
  }

  private static String becomesReady(Target target) throws Verdict, InterruptedException {
    Startup startup = target.startup();
    if (!startup.isReady() || startup.readyAfter() == null) {
      throw notReady(target, startup);
    }
    boolean started = target.options().url().isEmpty();
    return started ? "after " + seconds(startup.readyAfter()) : "";
  }

  /** Why it is not ready, unless that has a name of its own. */
  private static Verdict notReady(Target target, Startup startup) throws InterruptedException {
    boolean started = !target.options().command().isEmpty();
    if (started && startup.open() == null && !startup.exited()) {
      return Verdict.untested("the port is never open");
    }
    if (started && startsOnlyWithoutVariable(target)) {
      return Verdict.untested("it starts if AIP_STORAGE_URI is unset");
    }
    return Verdict.broken(startup.failure());
  }

  private static String opensEarly(Target target) throws Verdict, InterruptedException {
    target.wantCommand();
    Startup startup = target.startup();
    Duration open = startup.open();
    if (open == null && startup.exited()) {
      throw Verdict.untested("it does not start");
    }
    if (open == null) {
      throw Verdict.broken("nothing listens at AIP_HTTP_PORT: " + target.startup().failure());
    }
    if (open.compareTo(Options.PORT_TIME) > 0) {
      throw Verdict.broken("after " + seconds(open));
    }
    return "after " + seconds(open);
  }

  private static String listensEverywhere(Target target) throws Verdict, InterruptedException {
    Server server = target.startedServer();
    String other =
        otherAddress().orElseThrow(() -> Verdict.untested("this machine has one address only"));
    Address address = new Address(other, server.address().port(), false);
    try {
      address.connect(Duration.ofSeconds(2)).close();
      return "";
    } catch (IOException e) {
      throw Verdict.broken("it cannot be reached by this machine's address " + other);
    }
  }

  /** An address of this machine that a server bound to "localhost" does not have. */
  private static Optional<String> otherAddress() {
    try {
      Optional<String> outer =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
              .map(InetAddress::getHostAddress)
              .findFirst();
      boolean linux = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
      return outer.or(() -> linux ? Optional.of("127.0.0.2") : Optional.empty());
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  private static String staysInForeground(Target target) throws Verdict, InterruptedException {
    Server server = target.startedServer();
    if (server.process().filter(ServerProcess::alive).isEmpty()) {
      throw Verdict.broken("the command has ended while the server still listens");
    }
    return "";
  }

  private static String saysNotReady(Target target) throws Verdict, InterruptedException {
    Startup startup = target.startup();
    if (!startup.isReady()) {
      throw Verdict.untested("it does not become ready");
    }
    for (Exchange health : startup.before()) {
      if (health.status() != 503) {
        throw Verdict.broken("health said something else before it was ready", health);
      }
    }
    if (startup.before().isEmpty()) {
      throw Verdict.notApplicable("it was ready as soon as it answered");
    }
    return "";
  }

  private static String keepsItsWord(Target target) throws Verdict, InterruptedException {
    target.instances();
    Exchange first = target.startup().firstPrediction();
    if (first == null) {
      throw Verdict.untested("it does not become ready");
    }
    if (first.answered() && first.answer().refuses()) {
      return ""; // which says nothing about the model; the envelope's checks do
    }
    if (first.status() != 200
        && target.server().predict(target.instances().one()).status() != 200) {
      throw Verdict.untested("the same prediction does not work later either");
    }
    first.expect(200);
    return "";
  }

  private static String startsWithoutArtifacts(Target target) throws Verdict, InterruptedException {
    target.wantCommand();
    if (target.options().environment().containsKey("AIP_STORAGE_URI")) {
      throw Verdict.notApplicable("AIP_STORAGE_URI is given by --env");
    }
    if (target.startup().isReady()) {
      return "";
    }
    if (startsOnlyWithoutVariable(target)) {
      throw Verdict.broken("it starts if the variable is unset, and does not if it is empty");
    }
    throw Verdict.untested("it does not start without the variable either");
  }

  private static boolean startsOnlyWithoutVariable(Target target) throws InterruptedException {
    if (target.options().environment().containsKey("AIP_STORAGE_URI")) {
      return false;
    }
    try (Target.Launch launch =
        target.launchAnyway(variables -> variables.without("AIP_STORAGE_URI"))) {
      return launch.startup().isReady();
    } catch (Verdict verdict) {
      return false; // the command cannot be started at all
    }
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
