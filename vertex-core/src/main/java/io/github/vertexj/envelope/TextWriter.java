package io.github.vertexj.envelope;

/**
 * Text as JSON strings in UTF-8.
 *
 * <p>Only quotes, backslashes and control characters are escaped. A surrogate without its other
 * half becomes U+FFFD, as UTF-8 cannot carry it. Thread-safe.
 */
final class TextWriter {
  private static final int CHUNK_CHARS = 256;
  private static final int MAX_BYTES_OF_CHAR = 6;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  /** What follows the backslash of an ASCII character; 0 if it needs none. */
  private static final byte[] ESCAPES = escapes();

  private TextWriter() {}

  /** Appends text in quotes. */
  static void write(String text, ReplyBuffer buffer) {
    buffer.append('"');
    int from = 0;
    while (from < text.length()) {
      from = writeChunk(text, from, buffer);
    }
    buffer.append('"');
  }

  /** Writes some characters, no half of a surrogate pair, and returns the next one's place. */
  private static int writeChunk(String text, int from, ReplyBuffer buffer) {
    int end = Math.min(text.length(), from + CHUNK_CHARS);
    byte[] out = buffer.reserve((end - from) * MAX_BYTES_OF_CHAR);
    int at = buffer.length();
    int next = from;
    while (next < end) {
      char c = text.charAt(next++);
      if (c >= 0x80) {
        int point = c;
        if (Character.isSurrogate(c)) {
          point = pointAt(text, next - 1);
          next += Character.charCount(point) - 1;
        }
        at = writeBeyondAscii(point, out, at);
      } else if (ESCAPES[c] == 0) {
        out[at++] = (byte) c;
      } else {
        at = writeEscaped(c, out, at);
      }
    }
    buffer.endAt(at);
    return next;
  }

  private static int pointAt(String text, int index) {
    int point = text.codePointAt(index);
    return Character.isSupplementaryCodePoint(point) ? point : 0xFFFD;
  }

  private static int writeBeyondAscii(int point, byte[] out, int at) {
    int place = at;
    if (point < 0x800) {
      out[place++] = (byte) (0xC0 | point >> 6);
    } else {
      if (point < 0x10000) {
        out[place++] = (byte) (0xE0 | point >> 12);
      } else {
        out[place++] = (byte) (0xF0 | point >> 18);
        out[place++] = (byte) (0x80 | (point >> 12 & 0x3F));
      }
      out[place++] = (byte) (0x80 | (point >> 6 & 0x3F));
    }
    out[place++] = (byte) (0x80 | (point & 0x3F));
    return place;
  }

  private static int writeEscaped(char c, byte[] out, int at) {
    int place = at;
    out[place++] = '\\';
    out[place++] = ESCAPES[c];
    if (ESCAPES[c] == 'u') {
      out[place++] = '0';
      out[place++] = '0';
      out[place++] = HEX[c >> 4];
      out[place++] = HEX[c & 0xF];
    }
    return place;
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[0x80];
    for (int c = 0; c < ' '; c++) {
      escapes[c] = 'u';
    }
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    escapes['\b'] = 'b';
    escapes['\f'] = 'f';
    escapes['\n'] = 'n';
    escapes['\r'] = 'r';
    escapes['\t'] = 't';
    return escapes;
  }
}
