package io.github.vertexj;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request as a {@link RawHandler} gets it: the head as it came, and the whole body.
 *
 * <p>Thread-safe.
 *
 * @param method the method, such as {@code POST}
 * @param path the path without query, with its percent escapes as they came
 * @param query what follows the question mark, as it came; null if there is none
 * @param headers the headers as they came
 * @param body the body, within the server's cap; its memory is used again when the reply has been
 *     returned: what a stream needs later must be copied
 */
public record RawRequest(
    String method, String path, @Nullable String query, RequestHeaders headers, ByteBuffer body) {
  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(JsonFactory.Feature.CHARSET_DETECTION) // UTF-8, or it is no JSON
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .readerFor(JsonNode.class);
  private static final ObjectReader LENIENT_JSON =
      JSON.with(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS);

  /** Makes the body read-only. */
  public RawRequest {
    body = body.slice().asReadOnlyBuffer();
  }

  /**
   * Creates a request.
   *
   * @param headers returns the first value of a header by its name in any case; null if absent
   */
  public RawRequest(
      String method,
      String path,
      @Nullable String query,
      Function<String, @Nullable String> headers,
      ByteBuffer body) {
    this(method, path, query, new RequestHeaders(headers), body);
  }

  /** Returns a new read-only view of the body. */
  @Override
  public ByteBuffer body() {
    return body.duplicate();
  }

  /** The first value of a header, by its name in any case; null if absent. */
  public @Nullable String header(String name) {
    return headers.first(name);
  }

  /** The media type in lower case and without parameters; empty if the request has none. */
  public String mediaType() {
    return headers.mediaType().name();
  }

  /** Returns a copy of the body. */
  public byte[] bytes() {
    byte[] copy = new byte[body.remaining()];
    body().get(copy);
    return copy;
  }

  /** Returns the body as UTF-8 text; what is none becomes U+FFFD. */
  public String text() {
    return StandardCharsets.UTF_8.decode(body()).toString();
  }

  /**
   * Returns the body as JSON.
   *
   * @throws InvalidInputException if it is none, naming the place; status 400
   */
  public JsonNode json() {
    return json(JSON);
  }

  /**
   * Returns the body as JSON whose texts may hold control characters as they are, as Python takes
   * it with {@code strict=False}; see {@link #json()}.
   */
  public JsonNode lenientJson() {
    return json(LENIENT_JSON);
  }

  private JsonNode json(ObjectReader reader) {
    JsonNode json;
    try {
      json = reader.readTree(bytes());
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("the body is not valid JSON" + place(e));
    } catch (IOException e) {
      throw new InvalidInputException("the body is not valid JSON: its bytes are not UTF-8");
    }
    if (json.isMissingNode()) {
      throw new InvalidInputException("the body is empty; JSON is wanted");
    }
    return json;
  }

  /** Names no place for a number or text that is longer than Jackson takes. */
  private static String place(JsonProcessingException fault) {
    JsonLocation location = fault.getLocation();
    return location == null
        ? ", or holds too long a number"
        : ", at byte " + location.getByteOffset();
  }

  /** Prints no more than the method, since path and headers are the client's. */
  @Override
  public String toString() {
    return "RawRequest[" + method + ", " + body.remaining() + " bytes]";
  }
}
