package io.github.vertexj.json;

/**
 * The rules of well-formed UTF-8: no overlong forms, no surrogates, nothing beyond U+10FFFF.
 *
 * <p>Thread-safe.
 */
public final class Utf8 {
  private Utf8() {}

  /** The place of the first byte in a range that is not well-formed, or -1. */
  public static int firstFault(byte[] bytes, int from, int to) {
    int at = EightBytes.asciiEnd(bytes, from, to);
    while (at < to) {
      int length = sequence(bytes, at, to);
      if (length == 0) {
        return at;
      }
      at = EightBytes.asciiEnd(bytes, at + length, to);
    }
    return -1;
  }

  /** The length of the sequence that begins with a byte beyond ASCII; 0 if it is ill-formed. */
  static int sequence(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xFF;
    int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || end - at < length) {
      return 0;
    }
    int second = bytes[at + 1] & 0xFF;
    boolean fits =
        switch (first) {
          case 0xE0 -> second >= 0xA0;
          case 0xED -> second < 0xA0;
          case 0xF0 -> second >= 0x90;
          case 0xF4 -> second < 0x90;
          default -> true;
        };
    for (int i = 1; i < length; i++) {
      fits &= (bytes[at + i] & 0xC0) == 0x80;
    }
    return fits ? length : 0;
  }
}
