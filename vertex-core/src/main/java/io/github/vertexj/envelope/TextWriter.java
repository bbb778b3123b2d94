package io.github.vertexj.envelope;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Text as JSON strings in UTF-8.
 *
 * <p>Only quotes, backslashes and control characters are escaped. A surrogate without its other
 * half becomes a question mark, as UTF-8 cannot carry it. Thread-safe.
 */
final class TextWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101_0101_0101_0101L;
  private static final long TOP_BITS = EACH << 7;
  private static final String HEX = "0123456789abcdef";

  private TextWriter() {}

  /** Appends text in quotes. */
  static void write(String text, ReplyBuffer buffer) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    buffer.append('"');
    int from = 0;
    while (from < bytes.length) {
      int plain = plainUntil(bytes, from);
      buffer.append(bytes, from, plain - from);
      if (plain < bytes.length) {
        writeEscaped(bytes[plain], buffer);
      }
      from = plain + 1;
    }
    buffer.append('"');
  }

  /** The place of the next byte that needs an escape, or the length. */
  private static int plainUntil(byte[] bytes, int from) {
    int at = from;
    while (at <= bytes.length - 8 && allPlain((long) LONG.get(bytes, at))) {
      at += 8;
    }
    while (at < bytes.length && plain(bytes[at])) {
      at++;
    }
    return at;
  }

  /** Whether eight bytes hold no control character, quote or backslash; may err towards no. */
  private static boolean allPlain(long eight) {
    long controls = (eight - EACH * ' ') & ~eight;
    long quotes = eight ^ (EACH * '"'); // 0 where there is one
    long backslashes = eight ^ (EACH * '\\');
    long found = controls | ((quotes - EACH) & ~quotes) | ((backslashes - EACH) & ~backslashes);
    return (found & TOP_BITS) == 0;
  }

  private static boolean plain(byte b) {
    return (b >= ' ' && b != '"' && b != '\\') || b < 0; // below 0: a part of a longer character
  }

  private static void writeEscaped(byte b, ReplyBuffer buffer) {
    buffer.append('\\');
    switch (b) {
      case '"', '\\' -> buffer.append((char) b);
      case '\b' -> buffer.append('b');
      case '\f' -> buffer.append('f');
      case '\n' -> buffer.append('n');
      case '\r' -> buffer.append('r');
      case '\t' -> buffer.append('t');
      default -> {
        buffer.append("u00");
        buffer.append(HEX.charAt(b >> 4));
        buffer.append(HEX.charAt(b & 0xF));
      }
    }
  }
}
