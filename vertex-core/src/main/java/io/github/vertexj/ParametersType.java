package io.github.vertexj;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.util.LRUMap;
import com.fasterxml.jackson.databind.util.LookupCache;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A class that parameters are read into, usually a record.
 *
 * <p>It lives as long as the class does. Thread-safe.
 */
final class ParametersType<T> {
  /** The largest whole number up to which a double holds every one. */
  private static final double EXACT = 1L << 53;

  private static final ClassValue<ParametersType<?>> ALL =
      new ClassValue<>() {
        @Override
        protected ParametersType<?> computeValue(Class<?> type) {
          return new ParametersType<>(type);
        }
      };

  private final Class<T> type;
  private final JsonMapper mapper = newMapper();
  private final ObjectNode defaults;

  private ParametersType(Class<T> type) {
    this.type = type;
    Object without = newInstance(type);
    defaults = without == null ? mapper.createObjectNode() : mapper.valueToTree(without);
  }

  @SuppressWarnings("unchecked") // computeValue makes that of this very class
  static <T> ParametersType<T> of(Class<T> type) {
    return (ParametersType<T>) ALL.get(type);
  }

  private static JsonMapper newMapper() {
    LookupCache<Object, JavaType> memory = new LRUMap<>(4, 50); // see TypeArguments
    return JsonMapper.builder()
        .typeFactory(TypeFactory.defaultInstance().withCache(memory))
        .findAndAddModules()
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .withCoercionConfig(
            LogicalType.Textual,
            text -> {
              text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
              text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
              text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
            })
        .build();
  }

  /** Makes an instance without arguments; null if the class does not say how. */
  private static @Nullable Object newInstance(Class<?> type) {
    Constructor<?> constructor;
    try {
      constructor = type.getDeclaredConstructor();
    } catch (NoSuchMethodException e) {
      return null;
    }
    try {
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          type.getName() + "() cannot be called for the defaults of parameters", e);
    }
  }

  /**
   * Reads parameters; an absent one is as in an instance made without arguments.
   *
   * @throws InvalidInputException if they are not such
   */
  T read(Parameters parameters) {
    JsonNode json = parameters.json();
    if (parameters.present() && !json.isObject()) {
      throw InvalidInputException.inParameters("$.parameters: an object is wanted here");
    }
    ObjectNode all = defaults.deepCopy();
    json.properties()
        .forEach(
            member -> {
              if (!member.getValue().isNull()) { // which counts as absent
                all.set(member.getKey(), exact(member.getValue()));
              }
            });
    try {
      return mapper.treeToValue(all, type);
    } catch (JsonMappingException e) {
      throw refusal(e);
    } catch (IOException e) {
      throw new IllegalStateException("a tree cannot fail but by its types", e);
    }
  }

  /** Returns a value with whole numbers as such: {@code 5.0} is one (C3.8). */
  private static JsonNode exact(JsonNode value) {
    if (value.isFloatingPointNumber()) {
      double number = value.doubleValue();
      return number == Math.rint(number) && Math.abs(number) <= EXACT
          ? LongNode.valueOf((long) number)
          : value;
    }
    if (value instanceof ArrayNode array) {
      ArrayNode copy = array.arrayNode();
      array.forEach(element -> copy.add(exact(element)));
      return copy;
    }
    if (value instanceof ObjectNode object) {
      ObjectNode copy = object.objectNode();
      object.properties().forEach(member -> copy.set(member.getKey(), exact(member.getValue())));
      return copy;
    }
    return value;
  }

  private InvalidInputException refusal(JsonMappingException failure) {
    String place = "$.parameters" + path(failure.getPath());
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof InputCoercionException coercion) {
        return mismatch(place, coercion.getTargetType());
      }
      if (cause instanceof IllegalArgumentException || cause instanceof InvalidInputException) {
        return InvalidInputException.inParameters(place + ": " + cause.getMessage());
      }
    }
    if (failure instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return mismatch(place, mismatch.getTargetType());
    }
    throw new IllegalArgumentException(
        "parameters cannot be read into " + type.getName() + ": " + failure.getOriginalMessage(),
        failure);
  }

  private InvalidInputException mismatch(String place, Class<?> target) {
    return InvalidInputException.inParameters(place + ": " + wanted(target) + " is wanted here");
  }

  private static String path(List<JsonMappingException.Reference> references) {
    return references.stream()
        .map(
            reference ->
                reference.getFieldName() == null
                    ? "[" + reference.getIndex() + "]"
                    : "." + reference.getFieldName())
        .collect(Collectors.joining());
  }

  private String wanted(Class<?> target) {
    if (target.isEnum()) {
      return "one of "
          + Stream.of(target.getEnumConstants())
              .map(constant -> mapper.convertValue(constant, String.class))
              .toList();
    }
    JavaType known = mapper.constructType(target);
    if (known.isTypeOrSubTypeOf(Boolean.class) || target == boolean.class) {
      return "true or false";
    }
    if (target == float.class
        || target == double.class
        || target == Float.class
        || target == Double.class
        || target == java.math.BigDecimal.class) {
      return "a number";
    }
    if (target.isPrimitive() || Number.class.isAssignableFrom(target)) {
      return "a whole number in the range of " + target.getSimpleName();
    }
    if (CharSequence.class.isAssignableFrom(target)) {
      return "text";
    }
    return known.isArrayType() || known.isCollectionLikeType() ? "an array" : "another value";
  }
}
