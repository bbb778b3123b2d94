package io.github.vertexj.envelope;

import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.EscapedText;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.json.PlainText;
import io.github.vertexj.json.TextDecoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code instances} that are texts and nulls, straight from the body's bytes.
 *
 * <p>All else is left to databind, which reads the array once more and has the last word on it:
 * values of other kinds, what is no JSON or beyond a limit, surrogates alone and replacement
 * characters. Not thread-safe.
 */
final class TextInstances {
  private final JsonScanner in;
  private final EscapedText escaped;
  private final TextDecoder decoder = new TextDecoder();

  private TextInstances(JsonScanner in) {
    this.in = in;
    this.escaped = new EscapedText(in);
  }

  /** Reads the array at the cursor, which passes it; null if it is left to databind. */
  static @Nullable List<@Nullable String> read(JsonScanner in) {
    int from = in.position();
    int depth = in.depth();
    try {
      return new TextInstances(in).readAll();
    } catch (BadBodyException leftToDatabind) {
      in.rewind(from, depth);
      return null;
    }
  }

  private List<@Nullable String> readAll() {
    List<@Nullable String> texts = new ArrayList<>();
    for (boolean more = in.enter('['); more; more = in.next(']')) {
      if (in.peek() == '"') {
        texts.add(readText());
      } else {
        in.literal("null");
        texts.add(null);
      }
      if (texts.size() > in.limits().maxInstances()) {
        throw in.unexpected("no more");
      }
    }
    return Collections.unmodifiableList(texts);
  }

  private String readText() {
    int from = in.position() + 1;
    int at = PlainText.end(in.bytes(), from, in.end());
    String text;
    if (at < in.end() && in.bytes()[at] == '"') {
      text = decoder.decode(in.bytes(), from, at);
    } else {
      at = escaped.read(from, at);
      text = decoder.decode(escaped.utf8(), 0, escaped.length());
    }
    if (at == in.end() || text == null || text.length() > in.limits().maxStringLength()) {
      throw in.unexpected("text");
    }
    in.moveTo(at + 1);
    return text;
  }
}
