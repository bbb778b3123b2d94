package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.InstanceReader.Streaming;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonScanner;
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
  private final JsonMapper mapper;
  private final TokenCosts costs;
  private final ArrayField array;
  private final Elements<I> elements;
  private final Element<I> element;

  private TypedReader(Mapping mapping, ArrayField array, Elements<I> elements, Element<I> element) {
    this.mapper = mapping.mapper();
    this.costs = mapping.costs();
    this.array = array;
    this.elements = elements;
    this.element = element;
  }

  /** Jackson, and what it makes of tokens. */
  private record Mapping(JsonMapper mapper, TokenCosts costs) {}

  /** Reads the elements of the array on whose start the parser stands. */
  @FunctionalInterface
  private interface Elements<I> {
    List<@Nullable I> read(JsonParser parser) throws IOException;
  }

  /** Reads the only value of a document, on whose first token the parser stands. */
  @FunctionalInterface
  private interface Element<I> {
    @Nullable I read(JsonParser parser) throws IOException;
  }

  /**
   * Returns the reader of a type by databind.
   *
   * @throws io.github.vertexj.StartException if Jackson cannot read the type
   */
  @SuppressWarnings("NullAway") // Jackson's list is of whatever it is assigned to
  static <I> TypedReader<I> databind(Type type, JsonMapper mapper, ArrayField array) {
    JavaType element = mapper.constructType(type);
    ReadableTypes.require(element, mapper);
    ObjectReader list =
        mapper.readerFor(mapper.getTypeFactory().constructCollectionType(List.class, element));
    ObjectReader single = mapper.readerFor(element);
    return new TypedReader<>(
        new Mapping(mapper, TokenCosts.of(element)),
        array,
        list::<List<@Nullable I>>readValue,
        single::<I>readValue);
  }

  /** Returns the reader by a function over the parser. */
  static <I> TypedReader<I> streaming(
      Streaming.Function<I> function, JsonMapper mapper, ArrayField array) {
    return new TypedReader<>(
        new Mapping(mapper, TokenCosts.ofTrees()),
        array,
        parser -> stream(function, parser, array.most()),
        single(function));
  }

  /**
   * Reads the array at the cursor.
   *
   * @param faults takes what cannot be read; null if that fails the request
   */
  List<@Nullable I> read(JsonScanner in, @Nullable InstanceFaults faults) {
    int from = in.position();
    int depth = in.depth();
    try {
      List<@Nullable I> instances = readAll(in);
      if (faults != null) {
        faults.complete(instances.size());
      }
      return instances;
    } catch (InvalidValueException fault) {
      if (faults == null) {
        throw fault;
      }
      in.rewind(from, depth);
      return readEach(in, faults);
    }
  }

  /** Reads the array once more, each instance by itself. */
  private List<@Nullable I> readEach(JsonScanner in, InstanceFaults faults) {
    List<@Nullable I> instances = new ArrayList<>();
    int index = 0;
    for (boolean more = in.enter('['); more; more = in.next(']')) {
      requireFew(index + 1, in);
      in.peek();
      int from = in.position();
      in.skipValue(); // what is no JSON, or beyond a limit, is the fault of the whole request
      try {
        instances.add(readOne(in, index, from));
      } catch (InvalidValueException fault) {
        faults.unreadable(index, fault);
      }
      index++;
    }
    faults.complete(index);
    return Collections.unmodifiableList(instances);
  }

  /** Reads the instance that ends at the cursor. */
  private @Nullable I readOne(JsonScanner in, int index, int from) {
    StrictMapper.Range range = new StrictMapper.Range(from, in.position());
    try (StrictNumbers parser = StrictMapper.parser(mapper, in, range, costs)) {
      parser.nextToken();
      I instance = element.read(parser);
      parser.end();
      return instance;
    } catch (IOException fault) {
      throw new JacksonFault(fault, array.path() + "[" + index + "]", from).toException(in);
    }
  }

  private List<@Nullable I> readAll(JsonScanner in) {
    int from = in.position();
    StrictMapper.Range range = new StrictMapper.Range(from, in.end());
    try (StrictNumbers parser = StrictMapper.parser(mapper, in, range, costs)) {
      parser.nextToken();
      List<@Nullable I> instances = elements.read(parser);
      parser.end();
      in.moveTo(from + (int) parser.currentLocation().getByteOffset());
      in.requireUtf8(from); // Jackson takes overlong forms and surrogates for UTF-8
      requireFew(instances.size(), in);
      return Collections.unmodifiableList(instances);
    } catch (IOException fault) {
      throw new JacksonFault(fault, array.path(), from).toException(in);
    }
  }

  private static <I> List<@Nullable I> stream(
      Streaming.Function<I> function, JsonParser parser, int maxInstances) throws IOException {
    List<@Nullable I> instances = new ArrayList<>();
    JsonStreamContext array = parser.getParsingContext();
    while (parser.nextToken() != JsonToken.END_ARRAY && instances.size() <= maxInstances) {
      int index = instances.size();
      try {
        instances.add(function.read(parser));
      } catch (InvalidInputException fault) {
        throw JsonMappingException.wrapWithPath(refused(fault, parser), instances, index);
      } catch (JsonProcessingException fault) {
        throw JsonMappingException.wrapWithPath(fault, instances, index);
      }
      if (parser.getParsingContext() != array || array.getCurrentIndex() != index) {
        throw new IllegalStateException(
            "a streaming function must leave the parser on the last token of its value");
      }
    }
    return instances;
  }

  private static <I> Element<I> single(Streaming.Function<I> function) {
    return parser -> {
      try {
        return function.read(parser);
      } catch (InvalidInputException fault) {
        throw refused(fault, parser);
      }
    };
  }

  /** A refusal with the place of the token it was thrown at. */
  private static JsonMappingException refused(InvalidInputException refusal, JsonParser parser) {
    return JsonMappingException.from(parser, String.valueOf(refusal.getMessage()), refusal);
  }

  private void requireFew(int instances, JsonScanner in) {
    if (instances > array.most()) {
      throw array.tooMany(array.path(), in.byteOffset());
    }
  }
}
