package io.github.vertexj.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object; whoever sends another type is told the place.
 *
 * <p>A member that is {@code null} counts as absent. Immutable and thread-safe as long as nobody
 * changes the object.
 *
 * @param place the object's JSON path
 */
record Members(JsonNode object, String place) {

  /** Checks that it is an object. */
  Members {
    if (!object.isObject()) {
      throw new InvalidInputException("an object is wanted, at " + place);
    }
  }

  /** The member of this name; null if absent. */
  @Nullable JsonNode get(String name) {
    JsonNode member = object.get(name);
    return member == null || member.isNull() ? null : member;
  }

  /** The text of this name; null if absent. */
  @Nullable String text(String name) {
    JsonNode member = get(name);
    if (member != null && !member.isTextual()) {
      throw wanted("text", name);
    }
    return member == null ? null : member.textValue();
  }

  /** The truth of this name. */
  boolean truth(String name) {
    JsonNode member = get(name);
    if (member != null && !member.isBoolean()) {
      throw wanted("true or false", name);
    }
    return member != null && member.booleanValue();
  }

  /** The number of this name, from 0 to a largest one. */
  double number(String name, int most, double fallback) {
    JsonNode member = get(name);
    if (member == null) {
      return fallback;
    }
    double value = member.doubleValue();
    if (!member.isNumber() || value < 0 || value > most) {
      throw wanted("a number from 0 to " + most, name);
    }
    return value;
  }

  /** The whole number of this name, at least 1; {@code 5.0} is whole (C3.8). */
  int count(String name, int fallback) {
    JsonNode member = get(name);
    if (member == null) {
      return fallback;
    }
    double value = member.doubleValue();
    if (!member.isNumber() || value < 1 || value != Math.rint(value)) {
      throw wanted("a whole number, at least 1,", name);
    }
    return (int) Math.min(value, Integer.MAX_VALUE);
  }

  /** The whole number of this name, of 64 bits. */
  long integer(String name, long fallback) {
    JsonNode member = get(name);
    if (member == null) {
      return fallback;
    }
    boolean whole =
        member.isIntegralNumber()
            || (member.isNumber() && member.doubleValue() == Math.rint(member.doubleValue()));
    if (!whole || !member.canConvertToLong()) {
      throw wanted("a whole number", name);
    }
    return member.longValue();
  }

  /** The fault of a member. */
  InvalidInputException wanted(String what, String name) {
    return new InvalidInputException(what + " is wanted, at " + place + "." + name);
  }

  /** The fault of a member that asks for what there is not. */
  InvalidInputException refused(String what, String name) {
    return new InvalidInputException("this model " + what + ", at " + place + "." + name);
  }
}
