package io.github.vertexj;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A media type with its parameters, as {@code Content-Type} carries it (RFC 9110, section 8.3).
 *
 * <p>What is malformed is taken as far as it makes sense, so that whoever asks for a parameter can
 * say what is wrong with it. Immutable and thread-safe.
 */
public final class MediaType {
  private static final MediaType NONE = new MediaType("", List.of());

  private final String name;
  private final List<Parameter> parameters;

  private record Parameter(String name, String value) {}

  private MediaType(String name, List<Parameter> parameters) {
    this.name = name;
    this.parameters = parameters;
  }

  /** Returns what the value of a header says; null and blank texts are no type. */
  public static MediaType of(@Nullable String value) {
    if (value == null) {
      return NONE;
    }
    int semicolon = value.indexOf(';'); // most have none
    String name = semicolon < 0 ? value : value.substring(0, semicolon);
    return new MediaType(
        name.trim().toLowerCase(Locale.ROOT),
        semicolon < 0 ? List.of() : parametersIn(value, semicolon + 1));
  }

  private static List<Parameter> parametersIn(String value, int from) {
    List<Parameter> parameters = new ArrayList<>();
    for (int start = from, end; start < value.length(); start = end + 1) {
      end = endOfParameter(value, start);
      String[] parts = value.substring(start, end).split("=", 2);
      parameters.add(new Parameter(parts[0].trim(), parts.length == 1 ? "" : unquoted(parts[1])));
    }
    return parameters;
  }

  /** Returns the place of the next semicolon that is not quoted, or that behind the last letter. */
  private static int endOfParameter(String value, int start) {
    boolean quoted = false;
    boolean escaped = false;
    for (int at = start; at < value.length(); at++) {
      char letter = value.charAt(at);
      if (letter == ';' && !quoted) {
        return at;
      }
      quoted ^= letter == '"' && !escaped;
      escaped = letter == '\\' && quoted && !escaped;
    }
    return value.length();
  }

  private static String unquoted(String value) {
    String text = value.trim();
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1") : text;
  }

  /** The type in lower case and without parameters, such as {@code image/jpeg}; empty if none. */
  public String name() {
    return name;
  }

  /** The value of the first parameter of a name, in any case; null if there is none. */
  public @Nullable String parameter(String name) {
    List<String> values = parameters(name);
    return values.isEmpty() ? null : values.get(0);
  }

  /** The values of all parameters of a name, in any case and without their quotes, in order. */
  public List<String> parameters(String name) {
    return parameters.stream()
        .filter(parameter -> parameter.name.equalsIgnoreCase(name))
        .map(Parameter::value)
        .toList();
  }

  /** Prints the name, since parameters are the client's. */
  @Override
  public String toString() {
    return name;
  }
}
