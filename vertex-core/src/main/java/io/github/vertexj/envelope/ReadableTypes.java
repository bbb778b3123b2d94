package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.StartException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lets Jackson find out at the start, and not at the first request, what it cannot read. */
final class ReadableTypes {
  /** Each is a value that some kind of type is read from: only how it is refused counts. */
  private static final List<String> EXAMPLES = List.of("null", "{}", "\"\"");

  private final JsonMapper mapper;
  private final Set<JavaType> seen = new HashSet<>();

  private ReadableTypes(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * Tries a type, and those of its properties and elements.
   *
   * @throws StartException naming what cannot be read, and why
   */
  static void require(JavaType type, JsonMapper mapper) {
    new ReadableTypes(mapper).require(type, type.getRawClass().getSimpleName());
  }

  private void require(JavaType type, String place) {
    if (!seen.add(type)) {
      return;
    }
    for (String example : EXAMPLES) {
      tryOut(type, example, place);
    }
    if (type.getContentType() != null) {
      require(type.getContentType(), place + "[]");
    }
    if (!type.isContainerType() && !type.getRawClass().getName().startsWith("java.")) {
      for (BeanPropertyDefinition property :
          mapper.getDeserializationConfig().introspect(type).findProperties()) {
        if (property.couldDeserialize()) {
          require(property.getPrimaryType(), place + "." + property.getName());
        }
      }
    }
  }

  private void tryOut(JavaType type, String example, String place) {
    try {
      mapper.readerFor(type).readValue(example);
    } catch (InvalidDefinitionException fault) {
      throw new StartException(
          "instances cannot be read as %s: %s"
              .formatted(place, fault.getOriginalMessage().lines().findFirst().orElse("")),
          fault);
    } catch (JsonProcessingException | RuntimeException exampleRefused) {
      // All that counts is that Jackson knows how to read the type.
    }
  }
}
