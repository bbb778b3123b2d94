package io.github.vertexj.json;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Base64 as it comes in JSON: the standard alphabet, padded or not, line breaks ignored (C3.12).
 *
 * <p>Thread-safe.
 */
public final class Base64Text {
  private static final int CHUNK_BYTES = 48 * 1024; // a multiple of 3: no padding inside

  private Base64Text() {}

  /** The bytes of an ASCII text; null if it is not base64. */
  public static @Nullable ByteBuffer decode(ByteBuffer text) {
    ByteBuffer bytes = decodeLine(text.duplicate());
    return bytes == null ? decodeLine(withoutLineBreaks(text)) : bytes;
  }

  private static @Nullable ByteBuffer decodeLine(ByteBuffer line) {
    try {
      return Base64.getDecoder().decode(line);
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private static ByteBuffer withoutLineBreaks(ByteBuffer text) {
    ByteBuffer line = ByteBuffer.allocate(text.remaining());
    for (int at = text.position(); at < text.limit(); at++) {
      byte letter = text.get(at);
      if (letter != '\n' && letter != '\r') {
        line.put(letter);
      }
    }
    return line.flip();
  }

  /** Appends bytes as base64. */
  public static void encode(byte[] bytes, int offset, int length, PooledBuffer buffer) {
    for (int done = 0; done < length; done += CHUNK_BYTES) {
      int count = Math.min(CHUNK_BYTES, length - done);
      ByteBuffer text = Base64.getEncoder().encode(ByteBuffer.wrap(bytes, offset + done, count));
      buffer.append(text.array(), 0, text.limit());
    }
  }
}
