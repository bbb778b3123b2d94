package io.github.vertexj;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Objects;

/**
 * The {@code parameters} of a request: usually an object, by the platform's types any JSON value,
 * or nothing (C3.4).
 *
 * <p>JSON {@code null} equals absent. Two requests share a batch only if their parameters are
 * equal. The typed accessors read a member of the object: absent gives the fallback, another type
 * is the caller's error. Immutable and thread-safe as long as nobody changes {@link #json()}.
 */
public final class Parameters {
  private static final Parameters ABSENT = new Parameters(MissingNode.getInstance());

  private final JsonNode json;

  private Parameters(JsonNode json) {
    this.json = json;
  }

  /** Returns the parameters of a request that has none. */
  public static Parameters absent() {
    return ABSENT;
  }

  /** Returns parameters holding a JSON value, which must not change from now on. */
  public static Parameters of(JsonNode json) {
    return json.isNull() || json.isMissingNode() ? ABSENT : new Parameters(json);
  }

  /** Whether the request had parameters other than {@code null}. */
  public boolean present() {
    return this != ABSENT;
  }

  /** The JSON value as it came; a missing node if absent. */
  public JsonNode json() {
    return json;
  }

  /** The text member of this name. */
  public String text(String name, String fallback) {
    JsonNode member = json.path(name);
    return absent(member) ? fallback : member.isTextual() ? member.textValue() : fail(name, "text");
  }

  /** The truth member of this name. */
  public boolean truth(String name, boolean fallback) {
    JsonNode member = json.path(name);
    return absent(member)
        ? fallback
        : member.isBoolean() ? member.booleanValue() : fail(name, "true or false");
  }

  /** The whole-number member of this name; {@code 5.0} is whole (C3.8). */
  public int integer(String name, int fallback) {
    JsonNode member = json.path(name);
    if (absent(member)) {
      return fallback;
    }
    double value = member.isNumber() ? member.doubleValue() : Double.NaN;
    return value == Math.rint(value) && Math.abs(value) <= Integer.MAX_VALUE
        ? (int) value
        : fail(name, "a whole number");
  }

  /** The number member of this name. */
  public double number(String name, double fallback) {
    JsonNode member = json.path(name);
    return absent(member)
        ? fallback
        : member.isNumber() ? member.doubleValue() : fail(name, "a number");
  }

  private static boolean absent(JsonNode member) {
    return member.isMissingNode() || member.isNull();
  }

  private static <T> T fail(String name, String expected) {
    throw new InvalidInputException("$.parameters." + name + ": " + expected + " is wanted here");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Parameters that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(json);
  }

  @Override
  public String toString() {
    return "Parameters[" + (present() ? json.getNodeType() : "absent") + "]";
  }
}
