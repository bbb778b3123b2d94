package io.github.vertexj.json;

import org.jspecify.annotations.Nullable;

/**
 * Where in a request a tensor lies, printed only when something is wrong there.
 *
 * <p>Not thread-safe.
 */
public final class InstancePath {
  private static final int MAX_NAME_LENGTH = 60;

  private final String array;
  private int index;
  private @Nullable String name;
  private String field = "";

  /** Creates a path into one of the request's arrays, such as {@code instances}. */
  public InstancePath(String array) {
    this.array = array;
  }

  /** Moves to an element of the array. */
  public void instance(int place) {
    index = place;
    name = null;
    field = "";
  }

  /** Moves to a named tensor of the instance; null to the instance itself. */
  public void tensor(@Nullable String tensorName) {
    name = tensorName;
    field = "";
  }

  /** Moves to a field of the tensor's object form; empty to the tensor itself. */
  public void field(String formField) {
    field = formField;
  }

  /** The step to a field; a name that is no plain word is not repeated. */
  public static String step(String name) {
    boolean plain =
        !name.isEmpty()
            && name.length() <= MAX_NAME_LENGTH
            && name.chars().allMatch(letter -> letter < 0x80 && isWordPart((char) letter));
    return plain ? "." + name : ".*";
  }

  private static boolean isWordPart(char letter) {
    return Character.isLetterOrDigit(letter) || letter == '_' || letter == '-';
  }

  @Override
  public String toString() {
    return "$."
        + array
        + "["
        + index
        + "]"
        + (name == null ? "" : step(name))
        + (field.isEmpty() ? "" : step(field));
  }
}
