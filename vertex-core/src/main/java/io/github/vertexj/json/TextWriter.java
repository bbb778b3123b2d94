package io.github.vertexj.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text as JSON strings in UTF-8.
 *
 * <p>Only quotes, backslashes and control characters are escaped. A surrogate without its other
 * half becomes a question mark, as UTF-8 cannot carry it. Thread-safe.
 */
final class TextWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int CHUNK_BYTES = 1024;
  private static final int LONGEST_ESCAPE = 6;
  private static final String HEX = "0123456789abcdef";

  /** For each ASCII character the letter of its escape, or 0 if it needs none. */
  private static final byte[] ESCAPES = escapes();

  private TextWriter() {}

  /** Appends text in quotes. */
  static void write(String text, PooledBuffer buffer) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    buffer.append('"');
    for (int from = 0; from < utf8.length; from += CHUNK_BYTES) {
      write(utf8, from, Math.min(utf8.length, from + CHUNK_BYTES), buffer);
    }
    buffer.append('"');
  }

  /** Copies eight bytes at a time, and goes back to the first of them that is not written so. */
  private static void write(byte[] bytes, int from, int to, PooledBuffer buffer) {
    byte[] out = buffer.reserve((to - from) * LONGEST_ESCAPE);
    int place = buffer.length();
    int next = from;
    while (next <= to - Long.BYTES) {
      long eight = (long) LONG.get(bytes, next);
      LONG.set(out, place, eight);
      long special = EightBytes.special(eight);
      if (special == 0) {
        next += Long.BYTES;
        place += Long.BYTES;
      } else {
        int plain = EightBytes.firstByte(special);
        place = writeSpecial(bytes[next + plain], out, place + plain);
        next += plain + 1;
      }
    }
    while (next < to) {
      byte b = bytes[next++];
      if (b < 0 || ESCAPES[b] == 0) {
        out[place++] = b;
      } else {
        place = writeSpecial(b, out, place);
      }
    }
    buffer.endAt(place);
  }

  private static int writeSpecial(byte b, byte[] out, int at) {
    byte letter = ESCAPES[b];
    out[at] = '\\';
    out[at + 1] = letter;
    return letter == 'u' ? writeHex(b, out, at + 2) : at + 2;
  }

  private static int writeHex(byte b, byte[] out, int at) {
    out[at] = '0';
    out[at + 1] = '0';
    out[at + 2] = (byte) HEX.charAt(b >> 4);
    out[at + 3] = (byte) HEX.charAt(b & 0xF);
    return at + 4;
  }

  private static byte[] escapes() {
    byte[] escapes = new byte[0x80];
    Arrays.fill(escapes, 0, ' ', (byte) 'u');
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
