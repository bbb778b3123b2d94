package io.github.vertexj.attack;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Instances that a model cannot bear, and names that a parser cannot. */
final class BadModels {
  private static final int HANGING = 4;
  private static final int RAISING = 2000;
  private static final int SMALLEST_POWER = 14;
  private static final int LARGEST_POWER = 17;

  /** How long a server may take until it has seen that its workers hang, and is replaced. */
  private static final Duration PULSE = Duration.ofSeconds(30);

  private BadModels() {}

  static List<Attack> all() {
    return List.of(
        Attack.survivable("collisions/parameters", (target, time) -> collisions(target, true)),
        Attack.survivable("collisions/instances", (target, time) -> collisions(target, false)),
        Attack.survivable("model/raises", (target, time) -> raising(target)),
        Attack.ruinous("model/hangs", BadModels::hanging));
  }

  /** Objects whose names are made of {@code Aa} and {@code BB}, which have the same hash. */
  private static void collisions(Target target, boolean parameters) {
    for (int power = SMALLEST_POWER; power <= LARGEST_POWER; power++) {
      StringBuilder names = new StringBuilder("{");
      for (int i = 0; i < 1 << power; i++) {
        names.append(i == 0 ? "\"" : ",\"");
        for (int bit = 0; bit < power; bit++) {
          names.append((i >> bit & 1) == 0 ? "Aa" : "BB");
        }
        names.append("\":0");
      }
      String object = names.append('}').toString();
      String body =
          parameters
              ? "{\"instances\":[[1]],\"parameters\":" + object + "}"
              : "{\"instances\":[" + object + "]}";
      target.post(body.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void raising(Target target) throws InterruptedException {
    byte[] body = Target.bytes("{\"instances\":[{\"fail\":true}]}");
    for (int i = 0; i < RAISING; i += HANGING) {
      target.postAtOnce(HANGING, unused -> body);
    }
  }

  private static void hanging(Target target, Duration time) throws InterruptedException {
    byte[] body = Target.bytes("{\"instances\":[{\"hang\":true}]}");
    try (Siege siege = new Siege(target)) {
      for (int i = 0; i < HANGING; i++) {
        siege.open(Target.head("application/json", "Content-Length: " + body.length));
      }
      siege.hold(Duration.ofMillis(1), body);
      siege.hold(time.plus(PULSE), new byte[0]);
    }
  }
}
