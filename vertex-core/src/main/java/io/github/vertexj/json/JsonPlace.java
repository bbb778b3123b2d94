package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * The path that leads to a byte of a document, found by walking there once more: a fault is rare,
 * so nobody keeps track of the path before there is one.
 *
 * <p>What lies before that byte must be JSON. Not thread-safe.
 */
final class JsonPlace {
  /** Enough to find the place; a path as deep as the deepest document would be no help. */
  private static final int MOST_STEPS = 6;

  /** An array or object that is open, and how far it has come. */
  private static final class Open {
    final boolean object;
    int index;
    String name = "";
    boolean named;

    Open(boolean object) {
      this.object = object;
    }

    String step() {
      return object ? named ? JsonPath.clientField(name) : "" : "[" + index + "]";
    }
  }

  private final byte[] bytes;
  private final List<Open> open = new ArrayList<>();

  private JsonPlace(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the path of the value that holds a byte.
   *
   * @param start where the document begins
   * @param place the byte
   */
  static String path(byte[] bytes, int start, int place) {
    JsonPlace walk = new JsonPlace(bytes);
    int at = start;
    while (at < place) {
      at = walk.pass(at, place);
    }
    StringBuilder path = new StringBuilder("$");
    walk.open.stream().limit(MOST_STEPS).map(Open::step).forEach(path::append);
    return path.toString();
  }

  private int pass(int at, int place) {
    switch (bytes[at]) {
      case '[', '{' -> open.add(new Open(bytes[at] == '{'));
      case ']', '}' -> open.remove(open.size() - 1);
      case ',' -> nextElement(open.get(open.size() - 1));
      case '"' -> {
        return passText(at + 1, place);
      }
      default -> {
        // white space, a colon, or part of a number or word
      }
    }
    return at + 1;
  }

  private static void nextElement(Open container) {
    container.index++;
    container.named = false;
  }

  private int passText(int start, int place) {
    int at = start;
    while (at < place && bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    Open container = open.isEmpty() ? null : open.get(open.size() - 1);
    if (at < place && container != null && container.object && !container.named) {
      container.name = new String(bytes, start, at - start, UTF_8);
      container.named = true;
    }
    return at + 1;
  }
}
