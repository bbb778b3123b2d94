package io.github.vertexj.json;

import java.util.BitSet;

/**
 * A cursor over a JSON document that accepts exactly RFC 8259, in UTF-8, but for control characters
 * in strings where the rules are lenient.
 *
 * <p>Arrays and objects are walked by {@code for (more = enter('['); more; more = next(']'))}; in
 * an object each round begins with {@link #name}. Nothing here recurses. Not thread-safe.
 */
public final class JsonScanner {
  /** What {@link #peek} returns behind the last byte. */
  public static final int END = -1;

  final byte[] bytes;
  final int start;
  final int end;
  final JsonRules rules;
  private final Allowance allowance;
  int position;
  private final NumberScanner number;
  private final StringScanner string;
  private int depth;

  /** Creates a scanner of what may become as much as it likes. */
  public JsonScanner(byte[] bytes, int offset, int length, JsonRules rules) {
    this(Document.of(bytes, offset, length), rules);
  }

  /** Creates a scanner. */
  public JsonScanner(Document document, JsonRules rules) {
    this.bytes = document.bytes();
    this.start = document.offset();
    this.position = start;
    this.end = start + document.length();
    this.allowance = document.allowance();
    this.rules = rules;
    this.number = new NumberScanner(this);
    this.string = new StringScanner(this);
  }

  /** The array that holds the document; not to be written to. */
  public byte[] bytes() {
    return bytes;
  }

  /** What is told of the memory that the document becomes. */
  public Allowance allowance() {
    return allowance;
  }

  /** Where the document begins in the array. */
  public int start() {
    return start;
  }

  /** Where the document ends in the array. */
  public int end() {
    return end;
  }

  /** The cursor's place in the array. */
  public int position() {
    return position;
  }

  /** Moves the cursor to a place in the array, at the same depth. */
  public void moveTo(int place) {
    position = place;
  }

  /** What is taken for JSON. */
  public JsonRules rules() {
    return rules;
  }

  /** The scanner of numbers that shares this cursor. */
  public NumberScanner number() {
    return number;
  }

  /** The scanner of strings that shares this cursor; after {@link #name} it holds the name. */
  public StringScanner string() {
    return string;
  }

  /** How many arrays and objects are open. */
  public int depth() {
    return depth;
  }

  /** Goes back to a place seen before, and to the depth it has. */
  public void rewind(int earlierPosition, int earlierDepth) {
    position = earlierPosition;
    depth = earlierDepth;
  }

  /** The cursor's place in the body. */
  public int byteOffset() {
    return position - start;
  }

  /** Refuses other encodings by name, before they look like a stray byte. */
  public void requireUtf8() {
    int first = end - start > 0 ? bytes[start] & 0xFF : END;
    int second = end - start > 1 ? bytes[start + 1] & 0xFF : END;
    if (first == 0xEF && second == 0xBB) {
      throw malformed("it begins with a byte order mark; send UTF-8 without one");
    }
    if (first == 0 || second == 0 || (first >= 0xFE && second >= 0xFE)) {
      throw malformed("it looks like UTF-16 or UTF-32; send UTF-8");
    }
  }

  /** Refuses bytes that are not UTF-8 from a place in the array up to the cursor. */
  public void requireUtf8(int from) {
    int fault = Utf8.firstFault(bytes, from, position);
    if (fault >= 0) {
      position = fault;
      throw malformed("a string holds bytes that are not UTF-8");
    }
  }

  /** The first byte of what comes next, white space skipped. */
  public int peek() {
    int at = position;
    while (at < end) {
      int next = bytes[at];
      if (next > ' ' || !isSpace(next)) {
        position = at;
        return next & 0xFF;
      }
      at++;
    }
    position = at;
    return END;
  }

  /** Opens the array or object at the cursor; returns whether it holds anything. */
  public boolean enter(int bracket) {
    position++;
    if (++depth > rules.maxDepth()) {
      position--;
      throw limit("arrays and objects are nested deeper than maxDepth " + rules.maxDepth());
    }
    int close = bracket + 2; // '[' and ']', '{' and '}' lie two apart
    if (peek() != close) {
      return true;
    }
    position++;
    depth--;
    return false;
  }

  /** Passes the comma before another element, or the bracket that closes; false if it closed. */
  public boolean next(int close) {
    int found = peek();
    if (found == ',') {
      position++;
      return true;
    }
    if (found != close) {
      throw unexpected("a comma or " + (char) close);
    }
    position++;
    depth--;
    return false;
  }

  /** Passes a field's name and colon. */
  public void name() {
    if (peek() != '"') {
      throw unexpected("a field name in double quotes");
    }
    string.scan();
    if (peek() != ':') {
      throw unexpected("a colon");
    }
    position++;
  }

  /** Passes the value at the cursor. */
  public void skipValue() {
    int outside = depth;
    BitSet objects = new BitSet();
    while (true) {
      int first = peek();
      if (first == '{' || first == '[') {
        if (enter(first)) {
          objects.set(depth, first == '{');
          passNameIn(objects);
          continue;
        }
      } else {
        skipScalar(first);
      }
      boolean more = false;
      while (!more && depth > outside) {
        more = next(objects.get(depth) ? '}' : ']');
      }
      if (!more) {
        return;
      }
      passNameIn(objects);
    }
  }

  /** Passes {@code true}, {@code false} or {@code null} at the cursor. */
  public void literal(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (position + i >= end || bytes[position + i] != word.charAt(i)) {
        throw unexpected("a value");
      }
    }
    position += word.length();
  }

  public MalformedJsonException unexpected(String wanted) {
    return malformed(
        position >= end ? "it ends where " + wanted + " is wanted" : wanted + " is wanted");
  }

  public MalformedJsonException malformed(String fault) {
    return new MalformedJsonException(fault, byteOffset());
  }

  /** A limit exceeded at the cursor. */
  InvalidValueException limit(String fault) {
    return new InvalidValueException(fault, JsonPlace.path(bytes, start, position), byteOffset());
  }

  private void passNameIn(BitSet objects) {
    if (objects.get(depth)) {
      name();
    }
  }

  private void skipScalar(int first) {
    switch (first) {
      case '"' -> string.scan();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number.scan();
    }
  }

  private static boolean isSpace(int found) {
    return found == ' ' || found == '\n' || found == '\r' || found == '\t';
  }
}
