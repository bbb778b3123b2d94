package io.github.vertexj.json;

import com.fasterxml.jackson.core.JsonStreamContext;
import java.util.ArrayDeque;
import java.util.Deque;

/** Places in a reply as JSON paths, cut where they are long. */
public final class ReplyPath {
  private static final int MAX_CHARS = 300;
  private static final int MAX_NAME_CHARS = 60;

  private ReplyPath() {}

  public static String element(int index) {
    return "[" + index + "]";
  }

  /** The step to a field: {@code .name}, or {@code ["a name"]} if it is no plain word. */
  public static String field(String name) {
    boolean plain = !name.isEmpty() && name.chars().allMatch(Character::isUnicodeIdentifierPart);
    String shown = name.length() > MAX_NAME_CHARS ? name.substring(0, MAX_NAME_CHARS) + "…" : name;
    return plain ? "." + shown : "[\"" + shown.replaceAll("[\\p{Cntrl}\"\\\\]", "?") + "\"]";
  }

  /** The place of the value that was begun last, relative to the root. */
  public static String ofLast(JsonStreamContext innermost) {
    return of(innermost, innermost.getCurrentIndex(), true);
  }

  /**
   * The place of the value that would come next, relative to the root.
   *
   * @param named whether its field's name is already written
   */
  public static String ofNext(JsonStreamContext innermost, boolean named) {
    return of(innermost, innermost.getEntryCount(), named);
  }

  private static String of(JsonStreamContext innermost, int index, boolean named) {
    Deque<String> steps = new ArrayDeque<>();
    if (innermost.inArray()) {
      steps.push(element(index));
    } else if (innermost.inObject() && named && innermost.hasCurrentName()) {
      steps.push(field(innermost.getCurrentName()));
    }
    for (JsonStreamContext outer = innermost.getParent();
        outer != null;
        outer = outer.getParent()) {
      if (outer.inArray()) {
        steps.push(element(outer.getCurrentIndex()));
      } else if (outer.inObject()) {
        steps.push(field(outer.getCurrentName()));
      }
    }
    String path = String.join("", steps);
    return path.length() > MAX_CHARS ? path.substring(0, MAX_CHARS) + "…" : path;
  }
}
