package io.github.vertexj.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command written as one line: words apart by spaces, quotes around those that hold some. */
final class CommandLine {
  private static final Pattern PART = Pattern.compile("\"([^\"]*)\"|'([^']*)'|([^\\s\"']+)|(\\s+)");

  private CommandLine() {}

  /**
   * Splits a line into words; nothing else of a shell is understood.
   *
   * @throws IllegalArgumentException if a quote is not closed
   */
  static List<String> split(String line) {
    List<String> words = new ArrayList<>();
    Matcher part = PART.matcher(line);
    StringBuilder word = null;
    int at = 0;
    while (at < line.length() && part.find(at) && part.start() == at) {
      at = part.end();
      if (part.group(4) == null) {
        word = word == null ? new StringBuilder() : word;
        word.append(part.group().replaceAll("^([\"'])(.*)\\1$", "$2"));
      } else if (word != null) {
        words.add(word.toString());
        word = null;
      }
    }
    if (at < line.length()) {
      throw new IllegalArgumentException("a quote is not closed in the command: " + line);
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words;
  }
}
