package io.github.vertexj.attack;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The command {@code run.sh}: tries attacks and prints a line for each; exits with 1 if one of them
 * harmed a good client.
 */
public final class Main {
  private static final int DEFAULT_SECONDS = 2;

  private final List<String> names = new ArrayList<>();
  private final List<Victim.Kind> kinds = new ArrayList<>();
  private final List<String> heaps = new ArrayList<>();
  private Duration time = Duration.ofSeconds(DEFAULT_SECONDS);

  private Main() {}

  /** Tries what the arguments name; see run.sh. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Main main = new Main();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      main.read(arguments[i], arguments[i + 1]);
    }
    System.exit(main.run() ? 0 : 1);
  }

  private void read(String name, String value) {
    switch (name) {
      case "--attack" -> names.add(value);
      case "--server" -> kinds.add(Victim.Kind.valueOf(value.toUpperCase(Locale.ROOT)));
      case "--heap" -> heaps.add(value);
      case "--seconds" -> time = Duration.ofSeconds(Long.parseLong(value));
      default -> throw new IllegalArgumentException("unknown option " + name);
    }
  }

  private boolean run() throws IOException, InterruptedException {
    boolean allHeld = true;
    for (String heap : heaps.isEmpty() ? List.of("64m", "256m", "1g") : heaps) {
      for (Victim.Kind kind : kinds.isEmpty() ? List.of(Victim.Kind.values()) : kinds) {
        try (Victims victims = new Victims(new Victim.Build(kind, heap))) {
          for (Attack attack : Attacks.named(names)) {
            Trial trial = victims.attack(attack, time);
            System.out.println(trial);
            allHeld &= trial.held();
          }
        }
      }
    }
    return allHeld;
  }
}
