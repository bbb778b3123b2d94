package io.github.vertexj.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Text as JSON strings in UTF-8.
 *
 * <p>Only quotes, backslashes and control characters are escaped. A surrogate without its other
 * half becomes a question mark, as UTF-8 cannot carry it.
 *
 * <p>After a text that is not ASCII the next are tried as Latin-1 first, until one is not that
 * either: the texts of a reply are mostly of one language. Not thread-safe.
 */
public final class TextWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int CHUNK_BYTES = 1024;
  private static final int LONGEST_ESCAPE = 6;
  private static final String HEX = "0123456789abcdef";

  /** For each ASCII character the letter of its escape, or 0 if it needs none. */
  private static final byte[] ESCAPES = escapes();

  private final ReplyBuffer buffer;
  private @Nullable LatinEncoder latin; // made for the first text beyond ASCII
  private boolean wide; // some text was beyond Latin-1

  public TextWriter(ReplyBuffer buffer) {
    this.buffer = buffer;
  }

  /** Appends one text in quotes. */
  public static void write(String text, ReplyBuffer buffer) {
    new TextWriter(buffer).write(text);
  }

  /** Appends text in quotes. */
  public void write(String text) {
    buffer.append('"');
    if (latin == null || wide) {
      writeUtf8(text);
    } else {
      writeLatin(text, latin);
    }
    buffer.append('"');
  }

  /** Writes a text as Latin-1, and from the first chunk on that is not, as any other. */
  private void writeLatin(String text, LatinEncoder encoder) {
    for (int from = 0; from < text.length(); from += LatinEncoder.CHUNK) {
      int to = Math.min(text.length(), from + LatinEncoder.CHUNK);
      if (!encoder.encode(text, from, to)) {
        writeUtf8(text.substring(from));
        return;
      }
      write(encoder.bytes(), 0, to - from, PlainText.TOP_BITS);
    }
  }

  /** Writes any text, and learns from it how to write the next. */
  private void writeUtf8(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < utf8.length; from += CHUNK_BYTES) {
      write(utf8, from, Math.min(utf8.length, from + CHUNK_BYTES), 0);
    }
    if (latin != null) {
      wide = true;
    } else if (utf8.length > text.length()) {
      latin = new LatinEncoder();
    }
  }

  private void write(byte[] bytes, int from, int to, long beyondAscii) {
    byte[] out = buffer.reserve((to - from) * LONGEST_ESCAPE);
    buffer.endAt(write(bytes, from, to, beyondAscii, out, buffer.length()));
  }

  /** Copies eight bytes at a time, and goes back to the first of them that is not written so. */
  private static int write(byte[] bytes, int from, int to, long beyondAscii, byte[] out, int at) {
    int next = from;
    int place = at;
    while (next <= to - Long.BYTES) {
      long eight = (long) LONG.get(bytes, next);
      LONG.set(out, place, eight);
      long special = PlainText.special(eight) | (eight & beyondAscii);
      if (special == 0) {
        next += Long.BYTES;
        place += Long.BYTES;
      } else {
        int plain = PlainText.firstByte(special);
        place = writeSpecial(bytes[next + plain], out, place + plain);
        next += plain + 1;
      }
    }
    while (next < to) {
      byte b = bytes[next++];
      if (b < 0 ? beyondAscii == 0 : ESCAPES[b] == 0) {
        out[place++] = b;
      } else {
        place = writeSpecial(b, out, place);
      }
    }
    return place;
  }

  private static int writeSpecial(byte b, byte[] out, int at) {
    if (b < 0) {
      out[at] = (byte) (0xC0 | (b & 0xFF) >> 6);
      out[at + 1] = (byte) (0x80 | (b & 0x3F));
      return at + 2;
    }
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
