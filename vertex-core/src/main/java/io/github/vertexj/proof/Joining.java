package io.github.vertexj.proof;

import java.util.Arrays;
import java.util.Locale;

/** When the instances of different callers run in one call of a model. */
public enum Joining {
  /** If it was proven that this changes nothing. */
  PROVEN,
  /** Always: the author of the model vouches for it. */
  ALWAYS,
  /** Never: each instance has a call of its own. */
  NEVER;

  /** The value as a setting is written. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a setting's value.
   *
   * @throws IllegalArgumentException saying what can be written
   */
  public static Joining fromText(String text) {
    return Arrays.stream(values())
        .filter(joining -> joining.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("it must be proven, always or never"));
  }
}
