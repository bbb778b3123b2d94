package io.github.vertexj.conformance;

import java.util.Locale;

/**
 * A mark that bad requests carry as text, and how to tell that a reply repeats it: messages often
 * quote only the few characters around a fault, so a piece of the mark is as good as all of it.
 */
final class Echo {
  /** Letters and digits only: no encoding of a reply changes them. */
  static final String MARK = "Zq7vXk29WjPt";

  /** The same as a number. */
  static final String NUMBER = "73165294801625";

  private static final int PIECE = 6;

  private Echo() {}

  /** Whether a text repeats a piece of a mark. */
  static boolean isIn(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return hasPiece(lower, MARK.toLowerCase(Locale.ROOT)) || hasPiece(lower, NUMBER);
  }

  private static boolean hasPiece(String text, String mark) {
    for (int start = 0; start + PIECE <= mark.length(); start++) {
      if (text.contains(mark.substring(start, start + PIECE))) {
        return true;
      }
    }
    return false;
  }
}
