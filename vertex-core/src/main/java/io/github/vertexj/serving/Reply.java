package io.github.vertexj.serving;

import io.github.vertexj.RawReply;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.formats.WrittenReply;
import io.github.vertexj.json.PooledBuffer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * What goes back for a request: a status, headers, and a body that is complete or is streamed.
 *
 * <p>An adapter sends it and then closes its {@link Call}. Immutable until then.
 */
public final class Reply {
  private static final String JSON = "application/json";
  private static final byte[] NO_BYTES = {};

  private final int status;
  private final String mediaType;
  private final Map<String, String> headers;
  private final byte[] array;
  private final int length;
  private final Runnable whenReleased;
  private final Flow.@Nullable Publisher<ByteBuffer> stream;

  private Reply(
      int status,
      String mediaType,
      Map<String, String> headers,
      byte[] array,
      int length,
      Flow.@Nullable Publisher<ByteBuffer> stream,
      Runnable whenReleased) {
    this.status = status;
    this.mediaType = mediaType;
    this.headers = headers;
    this.array = array;
    this.length = length;
    this.stream = stream;
    this.whenReleased = whenReleased;
  }

  static Reply of(int status, byte[] body, Map<String, String> headers) {
    return new Reply(status, JSON, headers, body, body.length, null, () -> {});
  }

  static Reply of(int status, WrittenReply body) {
    PooledBuffer buffer = body.buffer();
    return new Reply(
        status,
        body.mediaType(),
        body.headers(),
        buffer.array(),
        buffer.length(),
        null,
        buffer::close);
  }

  static Reply of(RawReply raw) {
    byte[] body = raw.body();
    return new Reply(
        raw.status(), raw.mediaType(), raw.headers(), body, body.length, null, () -> {});
  }

  static Reply of(RawReply raw, PieceStream stream) {
    return new Reply(
        raw.status(), raw.mediaType(), raw.headers(), NO_BYTES, -1, stream, stream::cancel);
  }

  static Reply error(int status, String text, Map<String, String> headers) {
    return of(status, EnvelopeWriter.error(text), headers);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /**
   * The media type of the body: JSON (C3.19), unless the request came in another format or went to
   * a raw handler.
   */
  public String mediaType() {
    return mediaType;
  }

  /** Further headers by name, such as {@code Allow} and {@code Retry-After}. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The length of a complete body in bytes; -1 if it is streamed. */
  public int length() {
    return length;
  }

  /**
   * Returns a new buffer over a complete body's bytes, not to be used once the call is closed;
   * empty if it is streamed.
   */
  public ByteBuffer body() {
    return ByteBuffer.wrap(array, 0, Math.max(0, length));
  }

  /**
   * The pieces of a streamed body, for one subscriber; null if it is complete.
   *
   * <p>Each is to be sent and flushed as it comes, by chunked encoding, and the next asked for when
   * it has left: so a slow client slows down whoever writes. After {@code onError} the connection
   * must break, so that the client does not take what it has for the whole. When the client goes,
   * the subscription is to be cancelled. {@code onNext} may block, though it need not.
   */
  public Flow.@Nullable Publisher<ByteBuffer> stream() {
    return stream;
  }

  /** Gives the body's memory back, or ends the stream; may be called again. */
  void release() {
    whenReleased.run();
  }
}
