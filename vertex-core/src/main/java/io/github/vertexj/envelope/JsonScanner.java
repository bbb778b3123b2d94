package io.github.vertexj.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;

/**
 * A cursor over a JSON document that accepts exactly RFC 8259, in UTF-8.
 *
 * <p>Arrays and objects are walked by {@code for (more = enter('['); more; more = next(']'))}; in
 * an object each round begins with {@link #name}. Nothing here recurses. Not thread-safe.
 */
final class JsonScanner {
  /** What {@link #peek} returns behind the last byte. */
  static final int END = -1;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x80 * ONES;

  final byte[] bytes;
  final int start;
  final int end;
  final EnvelopeLimits limits;
  int position;
  private final NumberScanner number;
  private int depth;
  private int textStart;
  private int textEnd;
  private boolean escaped;

  JsonScanner(byte[] bytes, int offset, int length, EnvelopeLimits limits) {
    this.bytes = bytes;
    this.start = offset;
    this.position = offset;
    this.end = offset + length;
    this.limits = limits;
    this.number = new NumberScanner(this);
  }

  /** The scanner of numbers that shares this cursor. */
  NumberScanner number() {
    return number;
  }

  /** How many arrays and objects are open. */
  int depth() {
    return depth;
  }

  /** Goes back to a place seen before, and to the depth it has. */
  void rewind(int earlierPosition, int earlierDepth) {
    position = earlierPosition;
    depth = earlierDepth;
  }

  /** The cursor's place in the body. */
  int byteOffset() {
    return position - start;
  }

  /** Refuses other encodings by name, before they look like a stray byte. */
  void requireUtf8() {
    int first = end - start > 0 ? bytes[start] & 0xFF : END;
    int second = end - start > 1 ? bytes[start + 1] & 0xFF : END;
    if (first == 0xEF && second == 0xBB) {
      throw malformed("it begins with a byte order mark; send UTF-8 without one");
    }
    if (first == 0 || second == 0 || (first >= 0xFE && second >= 0xFE)) {
      throw malformed("it looks like UTF-16 or UTF-32; send UTF-8");
    }
  }

  /** The first byte of what comes next, white space skipped. */
  int peek() {
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
  boolean enter(int bracket) {
    position++;
    if (++depth > limits.maxDepth()) {
      position--;
      throw limit("arrays and objects are nested deeper than maxDepth " + limits.maxDepth());
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
  boolean next(int close) {
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

  /** Passes a field's name and colon; {@link #text} and {@link #textIs} then tell the name. */
  void name() {
    if (peek() != '"') {
      throw unexpected("a field name in double quotes");
    }
    string();
    if (peek() != ':') {
      throw unexpected("a colon");
    }
    position++;
  }

  /** Passes the string at the cursor. */
  void string() {
    int at = position + 1;
    textStart = at;
    escaped = false;
    while (true) {
      at = plainEnd(at);
      if (at < end && bytes[at] == '"') {
        break;
      }
      at = passSpecial(at);
    }
    textEnd = at;
    if (at - textStart > limits.maxStringLength()) {
      throw limit("a string is longer than maxStringLength " + limits.maxStringLength());
    }
    position = at + 1;
  }

  /** The last string or name passed, decoded. */
  String text() {
    if (!escaped) {
      return new String(bytes, textStart, textEnd - textStart, UTF_8);
    }
    StringBuilder text = new StringBuilder(textEnd - textStart);
    int at = textStart;
    while (at < textEnd) {
      int run = at;
      while (run < textEnd && bytes[run] != '\\') {
        run++;
      }
      text.append(new String(bytes, at, run - at, UTF_8));
      at = run < textEnd ? decodeEscape(run + 1, text) : run;
    }
    return text.toString();
  }

  /** The UTF-8 bytes of the last string passed. */
  ByteBuffer textBytes() {
    return escaped
        ? UTF_8.encode(text())
        : ByteBuffer.wrap(bytes, textStart, textEnd - textStart).slice();
  }

  /** Whether the last string or name passed is this word. */
  boolean textIs(String word) {
    int length = textEnd - textStart;
    for (int i = 0; i < word.length() && !escaped; i++) {
      char letter = word.charAt(i);
      if (letter >= 0x80) {
        return text().equals(word);
      }
      if (i >= length || bytes[textStart + i] != letter) {
        return false;
      }
    }
    return escaped ? text().equals(word) : length == word.length();
  }

  /** Passes the value at the cursor. */
  void skipValue() {
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
  void literal(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (position + i >= end || bytes[position + i] != word.charAt(i)) {
        throw unexpected("a value");
      }
    }
    position += word.length();
  }

  MalformedJsonException unexpected(String wanted) {
    return malformed(
        position >= end ? "it ends where " + wanted + " is wanted" : wanted + " is wanted");
  }

  MalformedJsonException malformed(String fault) {
    return new MalformedJsonException(fault, byteOffset());
  }

  /** A limit exceeded at the cursor. */
  InvalidEnvelopeException limit(String fault) {
    return new InvalidEnvelopeException(
        fault, JsonPlace.path(bytes, start, position), byteOffset());
  }

  private void passNameIn(BitSet objects) {
    if (objects.get(depth)) {
      name();
    }
  }

  private void skipScalar(int first) {
    switch (first) {
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number.scan();
    }
  }

  private static boolean isSpace(int found) {
    return found == ' ' || found == '\n' || found == '\r' || found == '\t';
  }

  /** The first place from here on that is not plain ASCII text, eight bytes at a time. */
  private int plainEnd(int from) {
    int at = from;
    while (at + Long.BYTES <= end) {
      long word = (long) LONG.get(bytes, at);
      // A byte's high bit: below a space, a quote, a backslash, or not ASCII.
      long special =
          ((word - ' ' * ONES)
                  | ((word ^ '"' * ONES) - ONES)
                  | ((word ^ '\\' * ONES) - ONES)
                  | word)
              & HIGH_BITS;
      if (special != 0) {
        return at + (Long.numberOfTrailingZeros(special) >>> 3);
      }
      at += Long.BYTES;
    }
    while (at < end && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }

  private int passSpecial(int at) {
    position = at;
    if (at >= end) {
      throw malformed("it ends inside a string");
    }
    if (bytes[at] == '\\') {
      escaped = true;
      return passEscape(at + 1);
    }
    if (bytes[at] >= 0) {
      throw malformed("a control character stands in a string; escape it");
    }
    int length = Utf8.sequence(bytes, at, end);
    if (length == 0) {
      throw malformed("a string holds bytes that are not UTF-8");
    }
    return at + length;
  }

  private int passEscape(int at) {
    int letter = at < end ? bytes[at] : END;
    if (letter == 'u') {
      for (int i = 1; i <= 4; i++) {
        if (at + i >= end || Character.digit(bytes[at + i], 16) < 0) {
          throw malformed("\\u wants four hexadecimal digits");
        }
      }
      return at + 5;
    }
    if (letter == END || "\"\\/bfnrt".indexOf(letter) < 0) {
      throw malformed("a backslash wants one of \" \\ / b f n r t u behind it");
    }
    return at + 1;
  }

  private int decodeEscape(int at, StringBuilder text) {
    char letter = (char) bytes[at];
    if (letter == 'u') {
      text.append((char) Integer.parseInt(new String(bytes, at + 1, 4, UTF_8), 16));
      return at + 5;
    }
    int control = "bfnrt".indexOf(letter);
    text.append(control < 0 ? letter : "\b\f\n\r\t".charAt(control));
    return at + 1;
  }
}
