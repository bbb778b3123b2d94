package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one client can do to others. The verdicts are about a client that does nothing wrong beside
 * it; how the server deals with the other is its own business. Of use for one run.
 */
final class ResilienceChecks {
  private static final int MB = 1_000_000;
  private static final int PARAMETERS_BYTES = 9 * MB;
  private static final int SLOW = 256;
  private static final int IDLE_EACH = 64;
  private static final int HANGING = 16;
  private static final int TRICKLE_MILLIS = 250;
  private static final int LEAST_ROUNDS = 5;

  /** Announced lengths: whatever is left of a budget for bodies, one of them fits into it. */
  private static final int[] ANNOUNCED = {10 * MB, MB, 128 * 1024, 16 * 1024, 2048, 256, 32};

  /** Lengths that no body has, and framings that contradict themselves. */
  private static final List<String> LENGTHS =
      List.of(
          "Content-Length: 9999999999999",
          "Content-Length: 9223372036854775807",
          "Content-Length: 99999999999999999999",
          "Content-Length: -1",
          "Content-Length: 0x10",
          "Content-Length: 5, 6",
          "Content-Length: 5\r\nContent-Length: 6",
          "Content-Length: 5\r\nTransfer-Encoding: chunked",
          "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF",
          "Transfer-Encoding: chunked\r\n\r\n-1",
          "Transfer-Encoding: chunked, identity");

  /** The first kind of connection that hurt: what holds threads or budgets is held by all kinds. */
  private @Nullable String hurtBy;

  /** Something that is done to a server. */
  @FunctionalInterface
  private interface Harm {
    void to(Server server, Bystander bystander) throws InterruptedException;
  }

  List<Check> all() {
    return List.of(
        Check.assumed("C8.10", "slow heads of one client hurt no other", this::slowHeads),
        Check.assumed("C8.10", "idle uploads of one client hurt no other", this::idleUploads),
        Check.assumed("C8.10", "absurd lengths of one client hurt no other", this::absurdLengths),
        Check.assumed(
            "C8.10",
            "large parameters of one client hurt no other",
            ResilienceChecks::largeParameters),
        Check.assumed(
            "C3.22",
            "while instances hang, others are predicted or health says so",
            ResilienceChecks::hangingInstances));
  }

  private String slowHeads(Target target) throws Verdict, InterruptedException {
    return besieged(
        target,
        "slow heads",
        "x",
        siege -> {
          for (int i = 0; i < SLOW; i++) {
            siege.post("X-Slow: ");
          }
        });
  }

  private String idleUploads(Target target) throws Verdict, InterruptedException {
    return besieged(
        target,
        "idle uploads",
        "",
        siege -> {
          for (int length : ANNOUNCED) {
            for (int i = 0; i < IDLE_EACH; i++) {
              siege.post("Content-Length: " + length, "", "{");
            }
          }
        });
  }

  private String absurdLengths(Target target) throws Verdict, InterruptedException {
    return besieged(
        target,
        "absurd lengths",
        "x",
        siege -> LENGTHS.forEach(length -> siege.post(length, "", "hello")));
  }

  /** Opens connections and keeps them for a while, each alive by some bytes now and then. */
  private String besieged(Target target, String kind, String bytes, Consumer<Siege> opening)
      throws Verdict, InterruptedException {
    if (hurtBy != null) {
      throw Verdict.untested(hurtBy + " hurt already");
    }
    try {
      return beside(
          target,
          (server, bystander) -> {
            try (Siege siege = new Siege(server)) {
              opening.accept(siege);
              hold(siege, bystander, bytes);
            }
          });
    } catch (Verdict verdict) {
      hurtBy = verdict.isBroken() ? kind : null;
      throw verdict;
    }
  }

  /** Keeps the connections for a while, and until the bystander has seen enough of it. */
  private static void hold(Siege siege, Bystander bystander, String bytes)
      throws InterruptedException {
    long end = System.nanoTime() + bystander.server().options().loadTime().toNanos();
    int rounds = bystander.rounds();
    while (!bystander.gaveUp()
        && (System.nanoTime() < end || bystander.rounds() < rounds + LEAST_ROUNDS)) {
      siege.trickle(bytes);
      Thread.sleep(TRICKLE_MILLIS);
    }
  }

  /** Small bodies that are large in memory: each value becomes an object. */
  private static String largeParameters(Target target) throws Verdict, InterruptedException {
    String instances = target.workingInstances().bare().path("instances").toString();
    List<byte[]> bodies = new ArrayList<>();
    for (String value : List.of("{},", "[],", "\"\",", "[[[[0]]]],", "")) {
      StringBuilder body = new StringBuilder("{\"instances\":" + instances + ",\"parameters\":");
      body.append(value.isEmpty() ? '{' : '[');
      for (int i = 0; body.length() < PARAMETERS_BYTES; i++) {
        body.append(value.isEmpty() ? "\"k" + i + "\":0," : value);
      }
      body.append(value.isEmpty() ? "\"k\":0}}" : "0]}");
      bodies.add(body.toString().getBytes(StandardCharsets.US_ASCII));
    }
    return beside(target, (server, bystander) -> sendAtOnce(server, bodies));
  }

  private static void sendAtOnce(Server server, List<byte[]> bodies) throws InterruptedException {
    List<Thread> senders =
        bodies.stream()
            .map(
                body -> Request.post(server.predictRoute(), body, "Content-Type: application/json"))
            .map(request -> Load.daemon(() -> server.send(request)))
            .toList();
    senders.forEach(Thread::start);
    for (Thread sender : senders) {
      sender.join(); // each exchange has its own time limit
    }
  }

  /** Lets a good client go on while harm is done, and for its next request after that. */
  private static String beside(Target target, Harm harm) throws Verdict, InterruptedException {
    target.wantResilience();
    Instances instances = target.workingInstances();
    Server server = target.server();
    Request prediction = Request.json(server.predictRoute(), instances.one());
    if (!recovers(server, prediction)) {
      throw Verdict.untested("predictions or health fail before it, too");
    }
    try (Bystander bystander = new Bystander(server, prediction)) {
      harm.to(server, bystander);
      String fared = bystander.fared();
      if (!recovers(server, prediction)) {
        server.health().expect(200);
        server.send(prediction).expect(200);
      }
      return fared;
    }
  }

  /** Whether all is well, now or in a while. */
  private static boolean recovers(Server server, Request prediction) throws InterruptedException {
    long end = System.nanoTime() + server.options().healthTimeout().toNanos();
    while (server.health().status() != 200 || server.send(prediction).status() != 200) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(TRICKLE_MILLIS);
    }
    return true;
  }

  private static String hangingInstances(Target target) throws Verdict, InterruptedException {
    target.wantResilience();
    JsonNode hanging = target.options().hanging();
    if (hanging == null) {
      throw Verdict.untested("needs --hanging");
    }
    Instances instances = target.workingInstances();
    Server server = target.server();
    Request prediction = Request.json(server.predictRoute(), instances.one());
    if (!recovers(server, prediction)) {
      throw Verdict.untested("predictions or health fail before it, too");
    }
    try (Siege siege = new Siege(server)) {
      String envelope = instances.of(hanging);
      int length = envelope.getBytes(StandardCharsets.UTF_8).length;
      for (int i = 0; i < HANGING; i++) {
        siege.post("Content-Length: " + length, "", envelope);
      }
      Thread.sleep(TRICKLE_MILLIS);
      return aliveOrToldSo(server, prediction);
    }
  }

  private static String aliveOrToldSo(Server server, Request prediction)
      throws Verdict, InterruptedException {
    long end = System.nanoTime() + server.options().timeout().toNanos();
    while (true) {
      Exchange good = server.send(prediction);
      if (good.status() == 200) {
        return "others are predicted";
      }
      Exchange health = server.health();
      if (health.status() != 200) {
        return "health: " + health.shownReply();
      }
      if (System.nanoTime() > end) {
        throw Verdict.broken("no other is predicted, and health is still 200", good);
      }
      Thread.sleep(TRICKLE_MILLIS);
    }
  }
}
