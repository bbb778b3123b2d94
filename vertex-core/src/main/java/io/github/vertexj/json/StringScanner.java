package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Strings at a {@link JsonScanner}'s cursor.
 *
 * <p>{@link #scan} passes one; the other methods look at the last one passed, field names included,
 * and make garbage only where they return something. Not thread-safe.
 */
public final class StringScanner {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final JsonScanner in;
  private final byte[] bytes;
  private final int end;
  private int textStart;
  private int textEnd;
  private boolean escaped;

  StringScanner(JsonScanner in) {
    this.in = in;
    this.bytes = in.bytes;
    this.end = in.end;
  }

  /** Passes the string at the cursor. */
  public void scan() {
    int at = in.position + 1;
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
    if (at - textStart > in.rules.maxStringLength()) {
      throw in.limit("a string is longer than maxStringLength " + in.rules.maxStringLength());
    }
    in.position = at + 1;
  }

  /** The last string passed, decoded. */
  public String text() {
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
  public ByteBuffer bytes() {
    return escaped
        ? UTF_8.encode(text())
        : ByteBuffer.wrap(bytes, textStart, textEnd - textStart).slice();
  }

  /** Whether the last string passed is this word. */
  public boolean is(String word) {
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

  /** The place of the last string passed among these words; -1 if it is none of them. */
  public int placeAmong(List<String> words) {
    int place = words.size() - 1;
    while (place >= 0 && !is(words.get(place))) {
      place--;
    }
    return place;
  }

  /** The first place from here on that is not plain ASCII text, eight bytes at a time. */
  private int plainEnd(int from) {
    int at = from;
    while (at + Long.BYTES <= end) {
      long word = (long) LONG.get(bytes, at);
      long special = EightBytes.special(word) | (word & EightBytes.TOP_BITS); // or not ASCII
      if (special != 0) {
        return at + EightBytes.firstByte(special);
      }
      at += Long.BYTES;
    }
    while (at < end && bytes[at] >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }

  private int passSpecial(int at) {
    in.position = at;
    if (at >= end) {
      throw in.malformed("it ends inside a string");
    }
    if (bytes[at] == '\\') {
      escaped = true;
      return passEscape(at + 1);
    }
    if (bytes[at] >= 0) {
      if (in.rules.lenientStrings()) {
        return at + 1;
      }
      throw in.malformed("a control character stands in a string; escape it");
    }
    int length = Utf8.sequence(bytes, at, end);
    if (length == 0) {
      throw in.malformed("a string holds bytes that are not UTF-8");
    }
    return at + length;
  }

  private int passEscape(int at) {
    int letter = at < end ? bytes[at] : JsonScanner.END;
    if (letter == 'u') {
      for (int i = 1; i <= 4; i++) {
        if (at + i >= end || Character.digit(bytes[at + i], 16) < 0) {
          throw in.malformed("\\u wants four hexadecimal digits");
        }
      }
      return at + 5;
    }
    if (letter == JsonScanner.END || "\"\\/bfnrt".indexOf(letter) < 0) {
      throw in.malformed("a backslash wants one of \" \\ / b f n r t u behind it");
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
