package io.github.vertexj.serving;

import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.envelope.ReplyBuffer;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes back for a request: a status, headers and a complete JSON body.
 *
 * <p>An adapter sends it and then closes it, which gives the body's memory back; a reply that is
 * never closed costs only that memory's reuse. Immutable until closed.
 */
public final class Reply implements AutoCloseable {
  private final int status;
  private final Map<String, String> headers;
  private final byte[] array;
  private final int length;
  private final @Nullable ReplyBuffer buffer;

  private Reply(
      int status,
      Map<String, String> headers,
      byte[] array,
      int length,
      @Nullable ReplyBuffer buffer) {
    this.status = status;
    this.headers = headers;
    this.array = array;
    this.length = length;
    this.buffer = buffer;
  }

  static Reply of(int status, byte[] body, Map<String, String> headers) {
    return new Reply(status, headers, body, body.length, null);
  }

  static Reply of(int status, ReplyBuffer body) {
    return new Reply(status, Map.of(), body.array(), body.length(), body);
  }

  static Reply error(int status, String text, Map<String, String> headers) {
    return of(status, EnvelopeWriter.error(text), headers);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The media type of the body, always JSON (C3.19). */
  public String mediaType() {
    return "application/json";
  }

  /** Further headers by name, such as {@code Allow} and {@code Retry-After}. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The length of the body in bytes. */
  public int length() {
    return length;
  }

  /** Returns a new buffer over the body's bytes; not to be used once this reply is closed. */
  public ByteBuffer body() {
    return ByteBuffer.wrap(array, 0, length);
  }

  /** Gives the body's memory back; may be called again. */
  @Override
  public void close() {
    if (buffer != null) {
      buffer.close();
    }
  }
}
