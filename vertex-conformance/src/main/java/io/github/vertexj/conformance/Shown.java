package io.github.vertexj.conformance;

import java.nio.charset.StandardCharsets;

/** Bytes and texts as a report can show them: one line, shortened, no control characters. */
final class Shown {
  private static final int LONGEST = 160;
  private static final int BYTES_LOOKED_AT = 4 * LONGEST;

  private Shown() {}

  static String text(String text) {
    String line = text.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "?").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /** A body, with its size where not all of it is shown. */
  static String body(byte[] body) {
    if (body.length == 0) {
      return "(no body)";
    }
    int length = Math.min(body.length, BYTES_LOOKED_AT);
    String text = new String(body, 0, length, StandardCharsets.UTF_8);
    String shown = text(text.replace('\uFFFD', '?'));
    boolean whole = length == body.length && !shown.endsWith("…");
    return whole ? shown : shown + " (" + body.length + " bytes)";
  }
}
