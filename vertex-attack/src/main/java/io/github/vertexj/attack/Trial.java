package io.github.vertexj.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/**
 * One attack on one server, with good clients beside it.
 *
 * @param held whether no good client suffered, or only while a ruined server was replaced
 * @param text what was seen
 */
record Trial(Attack attack, Victim.Build build, boolean held, String text) {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration BEFORE = Duration.ofMillis(500);

  /** What the log may grow by, however often a server fails: a bad client must not fill it. */
  private static final long MOST_PRINTED = 5_000_000;

  /** Tries an attack on a server for about a time, which does not count the server's start. */
  static Trial of(Attack attack, Victim victim, Duration time)
      throws IOException, InterruptedException {
    if (!Bystanders.served(victim.address(), START)) {
      return new Trial(attack, victim.build(), false, "it never became ready: " + end(victim));
    }
    int ends = victim.ends();
    long printed = victim.printed();
    Bystanders bystanders = Bystanders.of(victim.address(), attack.model());
    Thread.sleep(BEFORE.toMillis());
    attack.harm().to(new Target(victim.address()), time);
    Bystanders.Fared fared = bystanders.stop();
    boolean recovered = Bystanders.served(victim.address(), START);
    int ended = victim.ends() - ends;
    printed = victim.printed() - printed;
    boolean unharmed = fared.failures().isEmpty() && ended == 0;
    return new Trial(
        attack,
        victim.build(),
        recovered && printed < MOST_PRINTED && (unharmed || attack.ruin()),
        fared
            + (ended == 0 ? "" : ", ended " + ended + " times")
            + (recovered ? "" : ", NOT SERVED AFTERWARDS")
            + (printed < 1000 ? "" : ", printed " + printed / 1000 + " kB"));
  }

  private static String end(Victim victim) throws IOException {
    String log = Files.readString(victim.log().toPath());
    return log.substring(Math.max(0, log.length() - 2000));
  }

  @Override
  public String toString() {
    return String.format("%-5s %-22s %-14s %s", held ? "held" : "FELL", attack, build, text);
  }
}
