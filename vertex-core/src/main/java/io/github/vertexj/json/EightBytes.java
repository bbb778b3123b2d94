package io.github.vertexj.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Text in UTF-8 that is the same inside of a JSON string, looked at eight bytes at a time. */
final class EightBytes {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101_0101_0101_0101L;

  /** Set in the bytes that are not ASCII. */
  static final long TOP_BITS = EACH << 7;

  private EightBytes() {}

  /** The first place in a range that is a control character, a quote or a backslash; or its end. */
  static int plainEnd(byte[] bytes, int from, int to) {
    int at = from;
    while (at <= to - Long.BYTES) {
      long special = special((long) LONG.get(bytes, at));
      if (special != 0) {
        return at + firstByte(special);
      }
      at += Long.BYTES;
    }
    while (at < to && (bytes[at] & 0xFF) >= ' ' && bytes[at] != '"' && bytes[at] != '\\') {
      at++;
    }
    return at;
  }

  /** The first place in a range that is not ASCII; or its end. */
  static int asciiEnd(byte[] bytes, int from, int to) {
    int at = from;
    while (at <= to - Long.BYTES) {
      long beyond = (long) LONG.get(bytes, at) & TOP_BITS;
      if (beyond != 0) {
        return at + firstByte(beyond);
      }
      at += Long.BYTES;
    }
    while (at < to && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  /**
   * The top bit of the first byte that is a control character, a quote or a backslash; 0 if none
   * is.
   */
  static long special(long eight) {
    long quotes = eight ^ (EACH * '"'); // 0 where there is one
    long backslashes = eight ^ (EACH * '\\');
    long below = (eight - EACH * ' ') | (quotes - EACH) | (backslashes - EACH);
    return below & ~eight & TOP_BITS; // what is beyond ASCII is plain
  }

  /** Which of eight bytes is the first whose top bit is set. */
  static int firstByte(long topBits) {
    return Long.numberOfTrailingZeros(topBits) >>> 3;
  }
}
