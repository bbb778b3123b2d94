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

/** Reads tensor specifications from text such as {@code ids:int64[*],mask:int64[*]}. */
final class TensorSpecs {
  private static final Pattern SPEC =
      Pattern.compile("(?:([^\\s:,\\[\\]]+)\\s*:\\s*)?(\\w+)\\s*(?:\\[([^\\[\\]]*)])?");
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

  private static TensorSpec spec(String text) {
    Matcher matcher = SPEC.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("an input is written name:type[dimensions]");
    }
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
