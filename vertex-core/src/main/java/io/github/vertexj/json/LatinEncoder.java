package io.github.vertexj.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Text as Latin-1, where all of it is, a chunk at a time.
 *
 * <p>The JDK copies and narrows letters with vector instructions; to UTF-8 it takes a text that is
 * not ASCII byte by byte, twice. Not thread-safe.
 */
final class LatinEncoder {
  /** The most letters of a chunk. */
  static final int CHUNK = 256;

  private final CharBuffer letters = CharBuffer.allocate(CHUNK);
  private final ByteBuffer latin = ByteBuffer.allocate(CHUNK);
  private final CharsetEncoder encoder = StandardCharsets.ISO_8859_1.newEncoder();

  /** Encodes part of a text into {@link #bytes}; returns whether it is Latin-1. */
  boolean encode(String text, int from, int to) {
    text.getChars(from, to, letters.array(), 0);
    encoder.encode(letters.clear().limit(to - from), latin.clear(), false);
    return !letters.hasRemaining();
  }

  /** The bytes of the chunk encoded last, one a letter, from 0. */
  byte[] bytes() {
    return latin.array();
  }
}
