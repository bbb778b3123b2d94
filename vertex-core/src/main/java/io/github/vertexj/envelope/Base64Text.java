package io.github.vertexj.envelope;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Base64 as it comes in JSON: the standard alphabet, padded or not, line breaks ignored (C3.12).
 *
 * <p>Thread-safe.
 */
final class Base64Text {
  private Base64Text() {}

  /** The bytes of an ASCII text; null if it is not base64. */
  static @Nullable ByteBuffer decode(ByteBuffer text) {
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
}
