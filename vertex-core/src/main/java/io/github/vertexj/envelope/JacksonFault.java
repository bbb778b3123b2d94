package io.github.vertexj.envelope;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonPath;
import io.github.vertexj.json.JsonScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exception of Jackson's, put into our words: its own texts hold the caller's bytes and names of
 * Java classes.
 *
 * <p>What is not JSON, or beyond a limit, is found once more by our scanner, which says what and
 * where.
 */
final class JacksonFault {
  private final IOException fault;
  private final String root;
  private final int from;

  /**
   * Takes a fault in a value.
   *
   * @param root the value's path
   * @param from where in the scanner's array the parser began
   */
  JacksonFault(IOException fault, String root, int from) {
    this.fault = fault;
    this.root = root;
    this.from = from;
  }

  /** Returns what to throw: a {@link BadBodyException}, unless the fault is the server's. */
  RuntimeException toException(JsonScanner in) {
    int offset = from - in.start() + (int) Math.max(0, byteOffset());
    if (fault instanceof InvalidDefinitionException) {
      return new IllegalStateException("instances of this type cannot be read", fault);
    }
    if (cause(InputCoercionException.class) instanceof InputCoercionException coercion) {
      return invalid(ofNumber(coercion.getTargetType()), offset);
    }
    if (fault instanceof MismatchedInputException mismatch) {
      return invalid(ofMismatch(mismatch, in.bytes()[in.start() + offset] == '}'), offset);
    }
    if (cause(RuntimeException.class) instanceof RuntimeException thrown) {
      return ofThrown(thrown, offset);
    }
    if (!(fault instanceof JsonProcessingException)) {
      return new UncheckedIOException(fault);
    }
    in.rewind(from, in.depth());
    in.skipValue();
    return invalid("this value cannot be read", offset);
  }

  private RuntimeException ofThrown(RuntimeException thrown, int offset) {
    boolean forCaller =
        thrown instanceof InvalidInputException || thrown instanceof IllegalArgumentException;
    if (forCaller && thrown.getMessage() != null) {
      return new InvalidValueException(thrown.getMessage(), path(), offset, thrown);
    }
    if (forCaller || thrown instanceof NullPointerException) {
      return new InvalidValueException(
          "this value is refused; a field may be missing", path(), offset, thrown);
    }
    return thrown;
  }

  /** Jackson misses a primitive only when the object has ended. */
  private static String ofMismatch(MismatchedInputException mismatch, boolean atEnd) {
    if (mismatch instanceof UnrecognizedPropertyException unknown) {
      return "this field is unknown; known are " + unknown.getKnownPropertyIds();
    }
    Class<?> type = mismatch.getTargetType();
    boolean required = mismatch.getOriginalMessage().startsWith("Missing required");
    return required || (atEnd && type != null && type.isPrimitive())
        ? "this field is missing"
        : wanted(type, mismatch instanceof InvalidFormatException);
  }

  private static String wanted(@Nullable Class<?> type, boolean scalar) {
    if (type == null) {
      return "a value of another kind is wanted";
    }
    if (type.isEnum()) {
      return "one of " + EnumNames.of(type) + " is wanted";
    }
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return ofKind(type.getSimpleName());
    }
    if (type == byte[].class) {
      return "base64 text is wanted";
    }
    if (type == Boolean.class || CharSequence.class.isAssignableFrom(type)) {
      return ofKind(type.getSimpleName());
    }
    if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "an array is wanted";
    }
    return scalar ? "a value of another form is wanted" : "an object is wanted";
  }

  private static String ofKind(String name) {
    return switch (name) {
      case "boolean", "Boolean" -> "true or false is wanted";
      case "double", "Double", "float", "Float", "BigDecimal", "Number" -> "a number is wanted";
      case "String", "CharSequence", "char", "Character" -> "text is wanted";
      default -> "a whole number is wanted";
    };
  }

  private static String ofNumber(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "double", "Double" -> "this number is beyond what float64 can hold";
      case "float", "Float" -> "this number is beyond what float32 can hold";
      case "int", "Integer" -> "a whole number of 32 bits is wanted";
      case "long", "Long" -> "a whole number of 64 bits is wanted";
      default -> "a smaller whole number is wanted";
    };
  }

  private String path() {
    List<JsonMappingException.Reference> steps =
        fault instanceof JsonMappingException mapping ? mapping.getPath() : List.of();
    StringBuilder path = new StringBuilder(root);
    for (JsonMappingException.Reference step : steps) {
      String name = step.getFieldName();
      path.append(name == null ? "[" + step.getIndex() + "]" : JsonPath.clientField(name));
    }
    return path.toString();
  }

  private long byteOffset() {
    return fault instanceof JsonProcessingException placed && placed.getLocation() != null
        ? placed.getLocation().getByteOffset()
        : 0;
  }

  private @Nullable Throwable cause(Class<? extends Throwable> type) {
    Throwable cause = fault;
    while (cause != null && !type.isInstance(cause)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private InvalidValueException invalid(String text, int offset) {
    return new InvalidValueException(text, path(), offset);
  }
}
