package io.github.vertexj.json;

/** The steps of JSON paths, for messages. */
public final class JsonPath {
  private static final int MAX_NAME_CHARS = 60;

  private JsonPath() {}

  /** The step to an element of an array. */
  public static String element(int index) {
    return "[" + index + "]";
  }

  /** The step to a field of ours: {@code .name}, or {@code ["a name"]} if it is no plain word. */
  public static String field(String name) {
    boolean plain = !name.isEmpty() && name.chars().allMatch(Character::isUnicodeIdentifierPart);
    String shown = name.length() > MAX_NAME_CHARS ? name.substring(0, MAX_NAME_CHARS) + "…" : name;
    return plain ? "." + shown : "[\"" + shown.replaceAll("[\\p{Cntrl}\"\\\\]", "?") + "\"]";
  }

  /** The step to a field that a client has named: a name that is no plain word is not repeated. */
  public static String clientField(String name) {
    boolean plain =
        !name.isEmpty()
            && name.length() <= MAX_NAME_CHARS
            && name.chars().allMatch(letter -> letter < 0x80 && isWordPart((char) letter));
    return plain ? "." + name : ".*";
  }

  private static boolean isWordPart(char letter) {
    return Character.isLetterOrDigit(letter) || letter == '_' || letter == '-';
  }
}
