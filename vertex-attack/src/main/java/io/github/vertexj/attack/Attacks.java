package io.github.vertexj.attack;

import java.util.List;
import java.util.stream.Stream;

/** All attacks. */
final class Attacks {
  private Attacks() {}

  static List<Attack> all() {
    return Stream.of(MemoryBombs.all(), SlowClients.all(), BadModels.all(), Garbage.all())
        .flatMap(List::stream)
        .toList();
  }

  /** The attacks of these names, or whose names begin with one of them; all if there are none. */
  static List<Attack> named(List<String> names) {
    List<Attack> chosen =
        all().stream()
            .filter(attack -> names.isEmpty() || names.stream().anyMatch(attack.name()::startsWith))
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("no attack is named " + names + "; there are " + all());
    }
    return chosen;
  }
}
