package io.github.vertexj.djl;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A default value as TorchScript writes it.
 *
 * @param value a Long, Double, Boolean, String, or list of values, as the kind says; else null
 */
record ScriptValue(Kind kind, @Nullable Object value) {
  /** What a value is. */
  enum Kind {
    NONE,
    TRUTH,
    WHOLE,
    FLOATING,
    TEXT,
    LIST,
    TUPLE,
    /** Anything else: a device, a type, a constant. */
    UNKNOWN
  }

  static ScriptValue none() {
    return new ScriptValue(Kind.NONE, null);
  }

  static ScriptValue unknown() {
    return new ScriptValue(Kind.UNKNOWN, null);
  }

  static ScriptValue named(String name) {
    return switch (name) {
      case "None" -> none();
      case "True" -> new ScriptValue(Kind.TRUTH, true);
      case "False" -> new ScriptValue(Kind.TRUTH, false);
      case "math.inf", "inf" -> new ScriptValue(Kind.FLOATING, Double.POSITIVE_INFINITY);
      case "math.nan", "nan" -> new ScriptValue(Kind.FLOATING, Double.NaN);
      default -> unknown();
    };
  }

  /**
   * Reads a number.
   *
   * @throws NumberFormatException if it is none
   */
  static ScriptValue number(String text) {
    if (text.endsWith("j") || text.endsWith("J")) {
      return unknown();
    }
    return text.chars().allMatch(Character::isDigit)
        ? new ScriptValue(Kind.WHOLE, Long.parseLong(text))
        : new ScriptValue(Kind.FLOATING, Double.parseDouble(text));
  }

  /** This with another sign, if it is a number. */
  ScriptValue signed(boolean negative) {
    if (!negative) {
      return this;
    }
    return switch (kind) {
      case WHOLE -> new ScriptValue(kind, -(Long) java.util.Objects.requireNonNull(value));
      case FLOATING -> new ScriptValue(kind, -(Double) java.util.Objects.requireNonNull(value));
      default -> unknown();
    };
  }

  /** The elements of a list or tuple. */
  @SuppressWarnings("unchecked") // the kind says what the value is
  List<ScriptValue> elements() {
    return (List<ScriptValue>) java.util.Objects.requireNonNull(value);
  }
}
