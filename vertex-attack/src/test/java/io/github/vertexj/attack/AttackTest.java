package io.github.vertexj.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The short form: what both servers hold out against, with a small heap. */
class AttackTest {
  private static final Duration TIME = Duration.ofSeconds(1);

  /** What they do not hold out against yet, or not each time: whoever mends one takes it away. */
  private static final Set<String> NOT_YET =
      Set.of(
          "memory/parameters",
          "memory/instances",
          "memory/many-instances",
          "memory/keys",
          "memory/strings",
          "memory/b64",
          "memory/nested",
          "memory/pictures",
          "memory/replies",
          "memory/slow-readers",
          "memory/many-at-once",
          "slow/bodies",
          "slow/readers",
          "slow/announced",
          "collisions/parameters",
          "collisions/instances",
          "model/raises",
          "model/hangs",
          "garbage/lengths");

  private static final Map<Victim.Kind, Victims> VICTIMS = new EnumMap<>(Victim.Kind.class);

  @AfterAll
  static void stop() {
    VICTIMS.values().forEach(Victims::close);
  }

  static Stream<Arguments> attacks() {
    return Stream.of(Victim.Kind.values())
        .flatMap(
            kind ->
                Attacks.all().stream()
                    .filter(attack -> !NOT_YET.contains(attack.name()))
                    .map(attack -> Arguments.of(kind, attack)));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void goodClients_sufferFromNoneOf(Victim.Kind kind, Attack attack) throws Exception {
    Victims victims =
        VICTIMS.computeIfAbsent(kind, unused -> new Victims(new Victim.Build(kind, "256m")));
    Trial trial = victims.attack(attack, TIME);
    assertThat(trial.held()).as(trial.toString()).isTrue();
  }
}
