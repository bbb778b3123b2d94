package io.github.vertexj;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.core.json.ByteSourceJsonBootstrapper;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.sym.ByteQuadsCanonicalizer;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request as a {@link RawHandler} gets it: the head as it came, and the whole body.
 *
 * <p>Thread-safe.
 */
public final class RawRequest {
  private static final ObjectReader JSON =
      JsonMapper.builder(new OwnNames())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .readerFor(JsonNode.class);
  private static final ObjectReader LENIENT_JSON =
      JSON.with(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS);

  // Of Jackson's trees, with their tables and entries, on a 64-bit JVM.
  private static final int BYTES_OF_OBJECT = 160;
  private static final int BYTES_OF_ARRAY = 64;
  private static final int BYTES_OF_FIELD = 112;
  private static final int BYTES_OF_VALUE = 40;

  private final String method;
  private final String path;
  private final @Nullable String query;
  private final RequestHeaders headers;
  private final ObjectReader reader;
  private final LongConsumer meter;
  private @Nullable ByteBuffer body; // made of the tree if need be; guarded by this
  private @Nullable JsonNode tree; // likewise of the body

  private RawRequest(
      RawRequest head, Reading reading, @Nullable ByteBuffer body, @Nullable JsonNode tree) {
    this.method = head.method;
    this.path = head.path;
    this.query = head.query;
    this.headers = head.headers;
    this.reader = reading.reader;
    this.meter = reading.meter;
    this.body = body;
    this.tree = tree;
  }

  /**
   * Creates a request.
   *
   * @param method the method, such as {@code POST}
   * @param path the path without query, with its percent escapes as they came
   * @param query what follows the question mark, as it came; null if there is none
   * @param headers the headers as they came
   * @param body the body
   */
  public RawRequest(
      String method, String path, @Nullable String query, RequestHeaders headers, ByteBuffer body) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.headers = headers;
    this.reader = JSON;
    this.meter = bytes -> {};
    this.body = body.slice().asReadOnlyBuffer();
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

  /** Returns this request with another body, which is JSON. */
  public RawRequest with(JsonNode json) {
    return new RawRequest(this, new Reading(reader, meter), null, json);
  }

  /**
   * Returns this request as a server takes it whose {@code lenient_strings} are set or not: whether
   * {@link #json} takes control characters in texts as they are.
   */
  public RawRequest lenientStrings(boolean lenient) {
    return new RawRequest(this, new Reading(lenient ? LENIENT_JSON : JSON, meter), body(), null);
  }

  /**
   * Returns this request as a server takes it whose memory is counted.
   *
   * @param takes told how many bytes a tree of the body takes at most, before it is made; may throw
   */
  public RawRequest metered(LongConsumer takes) {
    return new RawRequest(this, new Reading(reader, takes), body(), null);
  }

  private record Reading(ObjectReader reader, LongConsumer meter) {}

  /** The method, such as {@code POST}. */
  public String method() {
    return method;
  }

  /** The path without query, with its percent escapes as they came. */
  public String path() {
    return path;
  }

  /** What follows the question mark, as it came; null if there is none. */
  public @Nullable String query() {
    return query;
  }

  /** The headers as they came. */
  public RequestHeaders headers() {
    return headers;
  }

  /**
   * A new view of the body, read-only and within the server's cap. Its memory is used again when
   * the reply has been returned: what a stream needs later must be copied.
   */
  public ByteBuffer body() {
    return bodyBytes().duplicate();
  }

  private synchronized ByteBuffer bodyBytes() {
    if (body == null) {
      String text = String.valueOf(tree);
      body = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
    }
    return body;
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
    ByteBuffer from = body();
    byte[] copy = new byte[from.remaining()];
    from.get(copy);
    return copy;
  }

  /** Returns the body as UTF-8 text; what is none becomes U+FFFD. */
  public String text() {
    return StandardCharsets.UTF_8.decode(body()).toString();
  }

  /**
   * Returns the body as JSON: the same tree each time.
   *
   * @throws InvalidInputException if it is none, naming the place; status 400
   */
  public synchronized JsonNode json() {
    if (tree == null) {
      tree = json(reader);
    }
    return tree;
  }

  /**
   * Returns the body as JSON whose texts may hold control characters as they are, as Python takes
   * it with {@code strict=False}, whatever the server's settings say; see {@link #json()}.
   */
  public synchronized JsonNode lenientJson() {
    return tree == null ? json(LENIENT_JSON) : tree;
  }

  private JsonNode json(ObjectReader reader) {
    JsonNode json;
    byte[] bytes = bytes();
    meter.accept(mostOfTree(bytes));
    try {
      json = reader.readTree(bytes);
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

  /** A factory whose every parser has a table of names of its own, which no other client fills. */
  private static final class OwnNames extends JsonFactory {
    private static final long serialVersionUID = 1L;

    OwnNames() {
      super(
          new JsonFactoryBuilder()
              .disable(JsonFactory.Feature.CHARSET_DETECTION) // UTF-8, or it is no JSON
              .disable(JsonFactory.Feature.INTERN_FIELD_NAMES));
    }

    @Override
    protected JsonParser _createParser(byte[] bytes, int offset, int length, IOContext context)
        throws IOException {
      return new ByteSourceJsonBootstrapper(context, bytes, offset, length)
          .constructParser(
              _parserFeatures,
              _objectCodec,
              ByteQuadsCanonicalizer.createRoot(),
              _rootCharSymbols,
              _factoryFeatures);
    }
  }

  /** The bytes that a tree takes at most: its texts, and what its marks stand for. */
  private static long mostOfTree(byte[] json) {
    long most = 2L * json.length;
    for (byte next : json) {
      most +=
          switch (next) {
            case '{' -> BYTES_OF_OBJECT;
            case '[' -> BYTES_OF_ARRAY;
            case ':' -> BYTES_OF_FIELD;
            case ',' -> BYTES_OF_VALUE;
            default -> 0;
          };
    }
    return most;
  }

  /** Names no place for a number or text that is longer than Jackson takes. */
  private static String place(JsonProcessingException fault) {
    JsonLocation location = fault.getLocation();
    return location == null
        ? ", or holds too long a number"
        : ", at byte " + location.getByteOffset();
  }

  /** Prints no more than method and length, since path and headers are the client's. */
  @Override
  public String toString() {
    return "RawRequest[" + method + ", " + bodyBytes().remaining() + " bytes]";
  }
}
