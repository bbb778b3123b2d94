package io.github.vertexj.djl;

import io.github.vertexj.Shape;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads tensor specifications from text such as {@code ids:int64[*]<30522,mask:int64[*]}. */
final class TensorSpecs {
  private static final Pattern SPEC =
      Pattern.compile(
          "(?:([^\\s:,\\[\\]]+)\\s*:\\s*)?(\\w+)\\s*(?:\\[([^\\[\\]]*)])?\\s*(?:<\\s*(\\d{1,18}))?");
  private static final Pattern COMMA_OUTSIDE_BRACKETS = Pattern.compile(",(?![^\\[]*])");

  private TensorSpecs() {}

  /**
   * Reads specifications, none from blank text.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static List<TensorSpec> read(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    List<TensorSpec> specs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String part : COMMA_OUTSIDE_BRACKETS.split(text, -1)) {
      TensorSpec spec = spec(part.strip());
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException("several inputs need a name each");
      }
      specs.add(spec);
    }
    if (specs.size() > 1 && names.contains("")) {
      throw new IllegalArgumentException("several inputs need a name each");
    }
    return List.copyOf(specs);
  }

  /**
   * Reads the limits of the same text.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static InputLimits limits(String text) {
    List<TensorSpec> specs = read(text);
    String[] parts = COMMA_OUTSIDE_BRACKETS.split(text, -1);
    List<InputLimits.Limit> limits = new ArrayList<>();
    for (int place = 0; place < specs.size(); place++) {
      TensorSpec spec = specs.get(place);
      String limit = match(parts[place].strip()).group(4);
      if (limit != null) {
        if (!InputLimits.WHOLE.contains(spec.type()) || Long.parseLong(limit) == 0) {
          throw new IllegalArgumentException("a limit is 1 or more, and of whole numbers");
        }
        limits.add(new InputLimits.Limit(place, spec, Long.parseLong(limit) - 1));
      }
    }
    return new InputLimits(List.copyOf(limits));
  }

  private static Matcher match(String text) {
    Matcher matcher = SPEC.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("an input is written name:type[dimensions]<limit");
    }
    return matcher;
  }

  private static TensorSpec spec(String text) {
    Matcher matcher = match(text);
    @Nullable String name = matcher.group(1);
    @Nullable String dimensions = matcher.group(3);
    return new TensorSpec(
        name == null ? "" : name,
        TensorType.fromName(matcher.group(2)),
        dimensions == null ? null : shape(dimensions));
  }

  private static Shape shape(String dimensions) {
    if (dimensions.isBlank()) {
      return Shape.SCALAR;
    }
    return Shape.of(
        Arrays.stream(dimensions.split(",", -1)).mapToInt(TensorSpecs::dimension).toArray());
  }

  private static int dimension(String text) {
    String dimension = text.strip();
    if (dimension.equals("*")) {
      return Shape.ANY;
    }
    if (!dimension.matches("\\d{1,9}")) {
      throw new IllegalArgumentException("a dimension is a whole number or *");
    }
    return Integer.parseInt(dimension);
  }
}
