package io.github.vertexj.emulator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code $(NAME)} references in a container's command, arguments and environment (C1.6).
 *
 * <p>A name that is not known stays as it is written; {@code $$(NAME)} stands for the text {@code
 * $(NAME)} and is never expanded.
 */
final class VariableReferences {
  private VariableReferences() {}

  static List<String> expand(List<String> words, Map<String, String> variables) {
    return words.stream().map(word -> expand(word, variables)).toList();
  }

  /**
   * Adds the container's own variables to the platform's: a later one may refer to earlier ones.
   */
  static Map<String, String> environment(Map<String, String> platform, Map<String, String> own) {
    Map<String, String> all = new LinkedHashMap<>(platform);
    own.forEach((name, value) -> all.put(name, expand(value, all)));
    return all;
  }

  static String expand(String text, Map<String, String> variables) {
    StringBuilder expanded = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      boolean escaped = text.startsWith("$$(", at);
      int open = escaped ? at + 1 : at;
      int close = text.startsWith("$(", open) ? text.indexOf(')', open) : -1;
      if (close < 0) {
        expanded.append(text.charAt(at));
        at++;
      } else {
        String reference = text.substring(open, close + 1);
        String name = reference.substring(2, reference.length() - 1);
        expanded.append(escaped ? reference : variables.getOrDefault(name, reference));
        at = close + 1;
      }
    }
    return expanded.toString();
  }
}
