package io.github.vertexj.json;

import java.nio.charset.StandardCharsets;

/**
 * Text as JSON strings in UTF-8.
 *
 * <p>Only quotes, backslashes and control characters are escaped. A surrogate without its other
 * half becomes a question mark, as UTF-8 cannot carry it. Thread-safe.
 */
final class TextWriter {
  /** For each ASCII character its escape, or null if it needs none. */
  private static final byte[][] ESCAPES = escapes();

  private TextWriter() {}

  /** Appends text in quotes. */
  static void write(String text, PooledBuffer buffer) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int written = 0;
    buffer.append('"');
    for (int at = 0; at < utf8.length; at++) {
      byte[] escape = utf8[at] < 0 ? null : ESCAPES[utf8[at]];
      if (escape != null) {
        buffer.append(utf8, written, at - written);
        buffer.append(escape, 0, escape.length);
        written = at + 1;
      }
    }
    buffer.append(utf8, written, utf8.length - written);
    buffer.append('"');
  }

  private static byte[][] escapes() {
    byte[][] escapes = new byte[0x80][];
    for (int control = 0; control < ' '; control++) {
      escapes[control] = ascii("\\u%04x".formatted(control));
    }
    for (String letters : new String[] {"\"\"", "\\\\", "\bb", "\ff", "\nn", "\rr", "\tt"}) {
      escapes[letters.charAt(0)] = ascii("\\" + letters.charAt(1));
    }
    return escapes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
