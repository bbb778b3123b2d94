package io.github.vertexj.chat;

import java.util.List;

/**
 * The texts that end a reply, and what of it is held back because one of them may begin there.
 *
 * <p>The one that is complete first counts, so that the reply is the same however its pieces are
 * cut. Not thread-safe.
 */
final class StopSequences {
  private final List<String> stops;
  private String held = "";
  private boolean found;

  StopSequences(List<String> stops) {
    this.stops = stops;
  }

  /** Takes a piece and returns what can be sent by now; after a stop has been found, nothing. */
  String append(String piece) {
    String text = held + piece;
    held = "";
    int begin = beginOfFirst(text, piece.length());
    if (begin >= 0) {
      found = true;
      return text.substring(0, begin);
    }
    int sendable = text.length() - unsure(text);
    held = text.substring(sendable);
    return text.substring(0, sendable);
  }

  /** Whether a stop has been found. */
  boolean found() {
    return found;
  }

  /** Returns what is held back, at the end; half a surrogate pair is no text. */
  String rest() {
    int length = held.length();
    boolean half = length > 0 && Character.isHighSurrogate(held.charAt(length - 1));
    return half ? held.substring(0, length - 1) : held;
  }

  /** Where the stop begins that is the first to end, among the last characters; -1 if none does. */
  private int beginOfFirst(String text, int added) {
    for (int end = text.length() - added + 1; end <= text.length(); end++) {
      int begin = end;
      for (String stop : stops) {
        if (text.startsWith(stop, end - stop.length())) {
          begin = Math.min(begin, end - stop.length());
        }
      }
      if (begin < end) {
        return begin;
      }
    }
    return -1;
  }

  /** How many characters at the end may become a stop, or a character outside the basic plane. */
  private int unsure(String text) {
    int most = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, text.length()); length > most; length--) {
        if (text.endsWith(stop.substring(0, length))) {
          most = length;
        }
      }
    }
    boolean half = !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
    return half ? Math.max(1, most) : most;
  }
}
