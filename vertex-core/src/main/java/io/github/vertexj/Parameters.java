package io.github.vertexj;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Objects;

/**
 * The {@code parameters} of a request: usually an object, by the platform's types any JSON value,
 * or nothing (C3.4).
 *
 * <p>JSON {@code null} equals absent. Two requests share a batch only if their parameters are
 * equal. The typed accessors read a member of the object, or all of it: absent gives the fallback,
 * another type is the caller's error, and fails the request as a whole. Immutable and thread-safe
 * as long as nobody changes {@link #json()}.
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
    return !json.isMissingNode();
  }

  /** The JSON value as it came; a missing node if absent. */
  public JsonNode json() {
    return json;
  }

  /** The text member of this name. */
  public String text(String name, String fallback) {
    JsonNode member = json.path(name);
    if (absent(member)) {
      return fallback;
    }
    require(member.isTextual(), name, "text");
    return member.textValue();
  }

  /** The truth member of this name. */
  public boolean truth(String name, boolean fallback) {
    JsonNode member = json.path(name);
    if (absent(member)) {
      return fallback;
    }
    require(member.isBoolean(), name, "true or false");
    return member.booleanValue();
  }

  /** The whole-number member of this name; {@code 5.0} is whole (C3.8). */
  public int integer(String name, int fallback) {
    double value = number(name, fallback);
    require(value == Math.rint(value) && (int) value == value, name, "a whole number");
    return (int) value;
  }

  /** The number member of this name. */
  public double number(String name, double fallback) {
    JsonNode member = json.path(name);
    if (absent(member)) {
      return fallback;
    }
    require(member.isNumber(), name, "a number");
    return member.doubleValue();
  }

  /**
   * Reads the parameters into a class, usually a record.
   *
   * <p>A parameter that is absent or null is as in an instance that the class makes without
   * arguments, if it can; else null, zero or false, which a record's own constructor may change.
   * Unknown parameters are ignored. Types that a Jackson module on the class path knows are read by
   * it.
   *
   * <pre>{@code
   * record Options(int topK, double threshold) {
   *   Options() {
   *     this(5, 0.5);
   *   }
   * }
   * }</pre>
   *
   * @throws InvalidInputException naming the parameter, if one is of another type, or the record's
   *     constructor refuses it by this exception or an {@link IllegalArgumentException}
   * @throws IllegalArgumentException if Jackson cannot read the class
   */
  public <T> T as(Class<T> type) {
    return ParametersType.of(type).read(this);
  }

  private static boolean absent(JsonNode member) {
    return member.isMissingNode() || member.isNull();
  }

  private static void require(boolean condition, String name, String expected) {
    if (!condition) {
      throw InvalidInputException.inParameters(
          "$.parameters." + name + ": " + expected + " is wanted here");
    }
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
