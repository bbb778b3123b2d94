package io.github.vertexj.conformance;

import java.util.ArrayList;
import java.util.List;

/** The words of a command: split at white space, but not inside of quotes, which fall away. */
final class Words {
  private static final char NONE = 0;

  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private char quote = NONE;

  private Words() {}

  static List<String> of(String command) throws UsageException {
    Words words = new Words();
    command.chars().forEach(c -> words.take((char) c));
    if (words.quote != NONE) {
      throw new UsageException("a quote in --command has no end");
    }
    words.end();
    return words.words;
  }

  private void take(char c) {
    if (quote == NONE && Character.isWhitespace(c)) {
      end();
    } else if (c == quote) {
      quote = NONE;
    } else if (quote == NONE && (c == '\'' || c == '"')) {
      quote = c;
      inWord = true; // even if nothing is quoted
    } else {
      word.append(c);
      inWord = true;
    }
  }

  private void end() {
    if (inWord) {
      words.add(word.toString());
    }
    word.setLength(0);
    inWord = false;
  }
}
