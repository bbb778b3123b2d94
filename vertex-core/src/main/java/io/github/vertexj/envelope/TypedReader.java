package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.InstanceReader.Streaming;
import io.github.vertexj.InvalidInputException;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code instances} by Jackson: one parser takes the body over from the array's start, and
 * the scanner goes on behind its end.
 *
 * <p>Immutable and thread-safe.
 */
final class TypedReader<I> {
  private static final String ROOT = "$.instances";

  private final JsonMapper mapper;
  private final Elements<I> elements;

  private TypedReader(JsonMapper mapper, Elements<I> elements) {
    this.mapper = mapper;
    this.elements = elements;
  }

  /** Reads the elements of the array on whose start the parser stands. */
  @FunctionalInterface
  private interface Elements<I> {
    List<@Nullable I> read(JsonParser parser, EnvelopeLimits limits) throws IOException;
  }

  /**
   * Returns the reader of a type by databind.
   *
   * @throws IllegalArgumentException if Jackson cannot read the type
   */
  @SuppressWarnings("NullAway") // Jackson's list is of whatever it is assigned to
  static <I> TypedReader<I> databind(Type type, JsonMapper mapper) {
    JavaType element = mapper.constructType(type);
    requireReadable(element, mapper, "null");
    requireReadable(element, mapper, "{}");
    ObjectReader list =
        mapper.readerFor(mapper.getTypeFactory().constructCollectionType(List.class, element));
    return new TypedReader<>(mapper, (parser, limits) -> list.readValue(parser));
  }

  /** Lets Jackson find out at the start, and not at the first request, what it cannot read. */
  private static void requireReadable(JavaType element, JsonMapper mapper, String example) {
    try {
      mapper.readerFor(element).readValue(example);
    } catch (InvalidDefinitionException fault) {
      throw new IllegalArgumentException("instances cannot be read as " + element, fault);
    } catch (JsonProcessingException exampleRefused) {
      // All that counts is that Jackson knows how to read the type.
    }
  }

  /** Returns the reader by a function over the parser. */
  static <I> TypedReader<I> streaming(Streaming.Function<I> function, JsonMapper mapper) {
    return new TypedReader<>(mapper, (parser, limits) -> stream(function, parser, limits));
  }

  /** Reads the array at the cursor. */
  List<@Nullable I> read(JsonScanner in) {
    int from = in.position;
    try (JsonParser parser = StrictMapper.parser(mapper, in.bytes, from, in.end)) {
      parser.nextToken();
      List<@Nullable I> instances = elements.read(parser, in.limits);
      in.position = from + (int) parser.currentLocation().getByteOffset();
      requireUtf8(in, from);
      requireFew(instances.size(), in);
      return Collections.unmodifiableList(instances);
    } catch (IOException fault) {
      throw new JacksonFault(fault, ROOT, from).toException(in);
    }
  }

  private static <I> List<@Nullable I> stream(
      Streaming.Function<I> function, JsonParser parser, EnvelopeLimits limits) throws IOException {
    List<@Nullable I> instances = new ArrayList<>();
    JsonStreamContext array = parser.getParsingContext();
    while (parser.nextToken() != JsonToken.END_ARRAY && instances.size() <= limits.maxInstances()) {
      int index = instances.size();
      try {
        instances.add(function.read(parser));
      } catch (InvalidInputException | JsonProcessingException fault) {
        throw JsonMappingException.wrapWithPath(fault, instances, index);
      }
      if (parser.getParsingContext() != array || array.getCurrentIndex() != index) {
        throw new IllegalStateException(
            "a streaming function must leave the parser on the last token of its value");
      }
    }
    return instances;
  }

  private static void requireFew(int instances, JsonScanner in) {
    int most = in.limits.maxInstances();
    if (instances > most) {
      throw new InvalidEnvelopeException(
          "there are more instances than maxInstances " + most, ROOT, in.byteOffset());
    }
  }

  /** Jackson takes overlong forms and surrogates for UTF-8. */
  private static void requireUtf8(JsonScanner in, int from) {
    int fault = Utf8.firstFault(in.bytes, from, in.position);
    if (fault >= 0) {
      in.position = fault;
      throw in.malformed("a string holds bytes that are not UTF-8");
    }
  }
}
