package io.github.vertexj.envelope;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.Method;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the constants of an enum are called in JSON. */
final class EnumNames {
  private EnumNames() {}

  /** Returns the names in order, separated by commas. */
  static String of(Class<?> type) {
    return Stream.of(type.getEnumConstants())
        .map(constant -> name((Enum<?>) constant))
        .collect(Collectors.joining(", "));
  }

  private static String name(Enum<?> constant) {
    try {
      for (Method method : constant.getDeclaringClass().getDeclaredMethods()) {
        if (method.isAnnotationPresent(JsonValue.class)) {
          method.setAccessible(true);
          return String.valueOf(method.invoke(constant));
        }
      }
      JsonProperty renamed =
          constant.getDeclaringClass().getField(constant.name()).getAnnotation(JsonProperty.class);
      return renamed == null || renamed.value().isEmpty() ? constant.name() : renamed.value();
    } catch (ReflectiveOperationException | RuntimeException e) {
      return constant.name(); // better than none
    }
  }
}
