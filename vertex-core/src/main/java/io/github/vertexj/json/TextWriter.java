package io.github.vertexj.json;

import java.nio.charset.StandardCharsets;

/**
 * Text as JSON strings in UTF-8.
 *
 * <p>Only quotes, backslashes and control characters are escaped. A surrogate without its other
 * half becomes a question mark, as UTF-8 cannot carry it. Thread-safe.
 */
final class TextWriter {
  /** The escapes of those ASCII characters that need one. */
  private static final byte[][] ESCAPES = escapes();

  private TextWriter() {}

  /** Appends text in quotes. */
  static void write(String text, PooledBuffer buffer) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int written = 0;
    buffer.append('"');
    while (true) {
      int special = EightBytes.plainEnd(utf8, written, utf8.length);
      buffer.append(utf8, written, special - written);
      if (special == utf8.length) {
        break;
      }
      byte[] escape = ESCAPES[utf8[special]];
      buffer.append(escape, 0, escape.length);
      written = special + 1;
    }
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
