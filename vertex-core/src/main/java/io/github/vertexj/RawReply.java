package io.github.vertexj;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RawHandler} answers: a status, a media type, and a body that is complete or is
 * streamed piece by piece.
 *
 * <p>Immutable and thread-safe, as long as nobody changes the bytes.
 */
public final class RawReply {
  private static final JsonMapper JSON = new JsonMapper();
  private static final byte[] NO_BYTES = {};
  private static final int OK = 200;

  /** A function that makes a streamed body. */
  @FunctionalInterface
  public interface Writer {

    /**
     * Writes the body; returns at its end. Runs once, on the thread of the handler.
     *
     * <p>Until the first piece is written, a failure is answered as one of the handler. After that
     * the stream ends with an event named {@code error}, if it is one of events, and a broken
     * connection, never as if it were complete.
     */
    void write(ReplyStream out) throws Exception;
  }

  private final int status;
  private final String mediaType;
  private final Map<String, String> headers;
  private final byte[] body;
  private final @Nullable Writer writer;

  private RawReply(
      int status,
      String mediaType,
      Map<String, String> headers,
      byte[] body,
      @Nullable Writer writer) {
    if (!fitsHeader(mediaType)) {
      throw new IllegalArgumentException("a media type holds what a header cannot");
    }
    this.status = status;
    this.mediaType = mediaType;
    this.headers = headers;
    this.body = Objects.requireNonNull(body);
    this.writer = writer;
  }

  /**
   * Returns a reply of bytes, which must not change; status 200.
   *
   * @throws IllegalArgumentException if the media type holds what a header cannot
   */
  public static RawReply of(String mediaType, byte[] body) {
    return new RawReply(OK, mediaType, Map.of(), body, null);
  }

  /** Returns a reply of a text in UTF-8; status 200. */
  public static RawReply text(String text) {
    return of("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a reply of a value as JSON, status 200.
   *
   * @param value whatever Jackson can write: a record, map, list, {@code JsonNode}, …
   * @throws IllegalArgumentException if it cannot
   */
  public static RawReply json(@Nullable Object value) {
    try {
      return of("application/json", JSON.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("this value cannot be written as JSON", e);
    }
  }

  /**
   * Returns the reply to a request that cannot be answered: {@code {"error": "<text>"}} (C3.29).
   */
  public static RawReply error(int status, String text) {
    return json(Map.of("error", text)).withStatus(status);
  }

  /** Returns a reply that is sent piece by piece, each as soon as it is written; status 200. */
  public static RawReply stream(String mediaType, Writer writer) {
    return new RawReply(OK, mediaType, Map.of(), NO_BYTES, Objects.requireNonNull(writer));
  }

  /**
   * Returns a reply of server-sent events ({@link ReplyStream#event}), status 200; on long gaps
   * comments keep the connection alive (C4.7).
   */
  public static RawReply events(Writer writer) {
    return stream("text/event-stream; charset=utf-8", writer)
        .withHeader("Cache-Control", "no-cache");
  }

  /** Returns this reply with another status, from 200 to 599. */
  public RawReply withStatus(int newStatus) {
    if (newStatus < OK || newStatus > 599) {
      throw new IllegalArgumentException("a status is from 200 to 599, not " + newStatus);
    }
    return new RawReply(newStatus, mediaType, headers, body, writer);
  }

  /**
   * Returns this reply with one more header, or another value of it.
   *
   * @throws IllegalArgumentException if name or value hold what a header cannot
   */
  public RawReply withHeader(String name, String value) {
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || !fitsHeader(value)) {
      throw new IllegalArgumentException("this is no header of HTTP: its name is '" + name + "'");
    }
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new RawReply(status, mediaType, Collections.unmodifiableMap(more), body, writer);
  }

  /** Whether a value can stand in a header: a line break would end it and begin another. */
  private static boolean fitsHeader(String value) {
    return value.chars().noneMatch(c -> c < ' ' || c > '~');
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The media type of the body. */
  public String mediaType() {
    return mediaType;
  }

  /** Further headers by name. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The complete body; empty if it is streamed. */
  public byte[] body() {
    return body;
  }

  /** What writes the body; null if it is complete. */
  public @Nullable Writer writer() {
    return writer;
  }
}
