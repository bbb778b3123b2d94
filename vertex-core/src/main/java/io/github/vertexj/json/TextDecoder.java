package io.github.vertexj.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Strings from UTF-8.
 *
 * <p>JDK 17 takes Latin-1 byte by byte where not all is ASCII; here only what is beyond ASCII is.
 * Not thread-safe.
 */
public final class TextDecoder {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int FIRST_LENGTH = 256;

  private byte[] latin = new byte[FIRST_LENGTH];

  /**
   * Returns the text of some bytes; null if they may not be UTF-8: what is not has become a
   * replacement character, but there may have been one before.
   */
  public @Nullable String decode(byte[] utf8, int from, int to) {
    int ascii = PlainText.asciiEnd(utf8, from, to);
    if (ascii == to) {
      return new String(utf8, from, to - from, ISO_8859_1);
    }
    int length = toLatin(utf8, from, to, ascii);
    if (length >= 0) {
      return new String(latin, 0, length, ISO_8859_1);
    }
    String text = new String(utf8, from, to - from, UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : null;
  }

  /** Returns how many letters there are; -1 if one of them is beyond Latin-1. */
  private int toLatin(byte[] utf8, int from, int to, int firstBeyond) {
    if (latin.length < to - from) {
      latin = new byte[Math.max(to - from, 2 * latin.length)];
    }
    int length = 0;
    int at = from;
    int beyond = firstBeyond;
    while (true) {
      System.arraycopy(utf8, at, latin, length, beyond - at);
      length += beyond - at;
      if (beyond == to) {
        return length;
      }
      boolean letter = (utf8[beyond] & 0xFE) == 0xC2; // the first byte of U+0080 to U+00FF
      if (!letter || beyond + 1 == to || (utf8[beyond + 1] & 0xC0) != 0x80) {
        return -1;
      }
      latin[length++] = (byte) ((utf8[beyond] << 6) | (utf8[beyond + 1] & 0x3F));
      at = beyond + 2;
      beyond = PlainText.asciiEnd(utf8, at, to);
    }
  }
}
