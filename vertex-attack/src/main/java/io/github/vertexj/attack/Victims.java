package io.github.vertexj.attack;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Servers for one attack after the other: one that has held serves on, one that has fallen is not
 * blamed twice. For one thread.
 */
final class Victims implements AutoCloseable {
  private final Victim.Build build;
  private @Nullable Victim current;

  Victims(Victim.Build build) {
    this.build = build;
  }

  /** Tries an attack for about a time. */
  Trial attack(Attack attack, Duration time) throws IOException, InterruptedException {
    if (current == null || current.model() != attack.model()) {
      close();
      current = Victim.start(build, attack.model());
    }
    Trial trial = Trial.of(attack, current, time);
    if (!trial.held()) {
      close();
    }
    return trial;
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
