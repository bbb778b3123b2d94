package io.github.vertexj.json;

import java.util.Arrays;

/**
 * A text with its escapes resolved, as UTF-8; the memory serves one text after the other.
 *
 * <p>A {@link MalformedJsonException} says no more than that there is no such text. Not
 * thread-safe.
 */
public final class EscapedText {
  private static final int FIRST_LENGTH = 256;
  private static final int UNIT_BYTES = 6; // a backslash, a u and four digits
  private static final int LONGEST_LETTER = 4;
  private static final byte[] HEX = hex();

  private final JsonScanner in;
  private final byte[] bytes;
  private final int end;
  private byte[] utf8 = new byte[FIRST_LENGTH];
  private int length;

  public EscapedText(JsonScanner in) {
    this.in = in;
    this.bytes = in.bytes;
    this.end = in.end;
  }

  /** The last text's bytes, from 0. */
  public byte[] utf8() {
    return utf8;
  }

  /** How many there are. */
  public int length() {
    return length;
  }

  /**
   * Reads a text up to its closing quote and returns the quote's place.
   *
   * @param start where the text begins
   * @param firstSpecial where plain text ends
   */
  public int read(int start, int firstSpecial) {
    int from = start;
    int at = firstSpecial;
    length = 0;
    while (at < end && bytes[at] != '"') {
      append(from, at);
      from = bytes[at] == '\\' ? passEscape(at) : passControl(at);
      at = PlainText.end(bytes, from, end);
    }
    append(from, at);
    return at;
  }

  private void append(int from, int to) {
    int count = to - from;
    reserve(count);
    System.arraycopy(bytes, from, utf8, length, count);
    length += count;
  }

  private void reserve(int more) {
    if (more > utf8.length - length) {
      utf8 = Arrays.copyOf(utf8, Math.max(length + more, 2 * utf8.length));
    }
  }

  private int passControl(int at) {
    if (!in.lenientStrings) {
      throw refused();
    }
    append(at, at + 1);
    return at + 1;
  }

  private int passEscape(int at) {
    int letter = at + 1 < end ? bytes[at + 1] : JsonScanner.END;
    if (letter == 'u') {
      return passUnits(at);
    }
    reserve(1);
    utf8[length++] =
        switch (letter) {
          case '"', '\\', '/' -> (byte) letter;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> throw refused();
        };
    return at + 2;
  }

  /** Passes escapes by number: some clients write so whatever is not ASCII. */
  private int passUnits(int first) {
    int at = first;
    do {
      reserve(LONGEST_LETTER);
      byte[] out = utf8;
      int to = length;
      int unit = unit(at);
      at += UNIT_BYTES;
      if (unit < 0x80) {
        out[to] = (byte) unit;
        length = to + 1;
      } else if (unit < 0x800) {
        out[to] = (byte) (0xC0 | unit >> 6);
        out[to + 1] = tail(unit);
        length = to + 2;
      } else if (Character.isSurrogate((char) unit)) {
        appendPair((char) unit, (char) unit(at));
        at += UNIT_BYTES;
      } else {
        out[to] = (byte) (0xE0 | unit >> 12);
        out[to + 1] = tail(unit >> 6);
        out[to + 2] = tail(unit);
        length = to + 3;
      }
    } while (isUnit(at));
    return at;
  }

  /** UTF-8 cannot carry a surrogate alone. */
  private void appendPair(char high, char low) {
    if (!Character.isSurrogatePair(high, low)) {
      throw refused();
    }
    int letter = Character.toCodePoint(high, low);
    utf8[length] = (byte) (0xF0 | letter >> 18);
    utf8[length + 1] = tail(letter >> 12);
    utf8[length + 2] = tail(letter >> 6);
    utf8[length + 3] = tail(letter);
    length += 4;
  }

  private static byte tail(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }

  private boolean isUnit(int at) {
    return at <= end - UNIT_BYTES && bytes[at] == '\\' && bytes[at + 1] == 'u';
  }

  private int unit(int at) {
    int unit = isUnit(at) ? (byteOf(at + 2) << 8 | byteOf(at + 4)) : -1;
    if (unit < 0) {
      throw refused();
    }
    return unit;
  }

  /** The byte that two digits stand for; negative if they are none. */
  private int byteOf(int at) {
    return HEX[bytes[at] & 0xFF] << 4 | HEX[bytes[at + 1] & 0xFF];
  }

  private MalformedJsonException refused() {
    return in.unexpected("text");
  }

  private static byte[] hex() {
    byte[] hex = new byte[256];
    for (int i = 0; i < hex.length; i++) {
      hex[i] = (byte) Character.digit(i < 0x80 ? i : -1, 16);
    }
    return hex;
  }
}
