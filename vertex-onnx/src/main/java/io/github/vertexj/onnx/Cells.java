package io.github.vertexj.onnx;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Shape;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of one input of one row, checked: text as {@code String}, floating-point numbers as
 * {@code Double}, whole ones and booleans as {@code Long}.
 *
 * <p>A missing value, {@code null}, is NaN where the input holds floating-point numbers, and the
 * empty string where it holds text, as converters of pipelines expect it.
 *
 * @param shape that of the instance
 * @param elements in row-major order
 */
record Cells(Shape shape, List<Object> elements) {
  private static final double MOST_HALF = 65_504;

  /**
   * Reads a value.
   *
   * @param column what it is called to its sender
   * @param value a {@code String}, {@code Number}, {@code Boolean}, null, or lists of those
   * @throws InvalidInputException saying what the input wants instead
   */
  static Cells of(String column, Signature.Input input, @Nullable Object value) {
    List<Object> elements = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    new Walk(column, input, elements, sizes).walk(value, 0);
    Shape shape = Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
    Shape declared = input.shape();
    if (input.scalar() && elements.size() == 1 && declared != null) {
      return new Cells(declared, elements);
    }
    if (declared != null && !matches(shape, declared)) {
      throw new InvalidInputException(
          "%s must have the shape %s, not %s".formatted(column, declared, shape));
    }
    return new Cells(shape, elements);
  }

  private static boolean matches(Shape actual, Shape declared) {
    boolean fits = actual.rank() == declared.rank();
    for (int axis = 0; fits && axis < actual.rank(); axis++) {
      int size = declared.dimension(axis);
      fits = size == Shape.ANY || size == actual.dimension(axis);
    }
    return fits;
  }

  /** Goes through nested lists, whose first elements settle the shape. */
  private record Walk(
      String column, Signature.Input input, List<Object> elements, List<Integer> sizes) {
    void walk(@Nullable Object value, int depth) {
      if (value instanceof List<?> list) {
        if (sizes.size() == depth && elements.isEmpty()) {
          sizes.add(list.size());
        } else if (sizes.size() <= depth || sizes.get(depth) != list.size()) {
          throw ragged();
        }
        list.forEach(element -> walk(element, depth + 1));
        return;
      }
      if (depth != sizes.size()) {
        throw ragged();
      }
      elements.add(element(value));
    }

    private InvalidInputException ragged() {
      return new InvalidInputException("the arrays in " + column + " must have equal sizes");
    }

    private Object element(@Nullable Object value) {
      return switch (input.type()) {
        case STRING -> text(value);
        case FLOAT -> number(value, Float.MAX_VALUE);
        case FLOAT16 -> number(value, MOST_HALF);
        case BFLOAT16 -> number(value, Float.MAX_VALUE);
        case DOUBLE -> number(value, Double.MAX_VALUE);
        case BOOL -> truth(value);
        case INT8 -> whole(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
        case UINT8 -> whole(value, 0, 255);
        case INT16 -> whole(value, Short.MIN_VALUE, Short.MAX_VALUE);
        case INT32 -> whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        default -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
      };
    }

    private String text(@Nullable Object value) {
      if (value == null) {
        return "";
      }
      if (value instanceof String text) {
        return text;
      }
      throw new InvalidInputException(column + " must be text");
    }

    private Double number(@Nullable Object value, double most) {
      if (value == null) {
        return Double.NaN;
      }
      if (!(value instanceof Number number)) {
        throw new InvalidInputException(column + " must be a number");
      }
      double converted = number.doubleValue();
      if (Math.abs(converted) > most && !isInfinite(number)) {
        throw new InvalidInputException(
            column + " is a number beyond what " + input.type() + " can hold");
      }
      return converted;
    }

    private static boolean isInfinite(Number number) {
      return (number instanceof Double || number instanceof Float)
          && Double.isInfinite(number.doubleValue());
    }

    private Long truth(@Nullable Object value) {
      if (value instanceof Boolean truth) {
        return truth ? 1L : 0L;
      }
      throw new InvalidInputException(column + " must be true or false");
    }

    private Long whole(@Nullable Object value, long least, long most) {
      BigInteger whole = value instanceof Number number ? whole(number) : null;
      if (whole == null
          || whole.compareTo(BigInteger.valueOf(least)) < 0
          || whole.compareTo(BigInteger.valueOf(most)) > 0) {
        throw new InvalidInputException(
            "%s must be a whole number from %d to %d".formatted(column, least, most));
      }
      return whole.longValue();
    }

    /** The number as a whole one, as which 1.0 counts; null if it is none. */
    private static @Nullable BigInteger whole(Number number) {
      if (number instanceof Long
          || number instanceof Integer
          || number instanceof Short
          || number instanceof Byte) {
        return BigInteger.valueOf(number.longValue());
      }
      if (number instanceof BigInteger whole) {
        return whole;
      }
      double value = number.doubleValue();
      if (number instanceof BigDecimal exact && Math.abs(value) < 1e19) {
        return exact.stripTrailingZeros().scale() <= 0 ? exact.toBigInteger() : null;
      }
      return Math.abs(value) < 1e19 && value == Math.rint(value)
          ? new BigDecimal(value).toBigInteger()
          : null;
    }
  }
}
