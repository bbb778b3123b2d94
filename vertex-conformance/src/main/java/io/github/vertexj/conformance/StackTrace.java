package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What gives a stack trace away: a frame, as some language prints it, or as JSON. */
final class StackTrace {
  /** A frame names its file and line; these are how. Each is looked for in one line. */
  private static final List<Pattern> FRAMES =
      Stream.of(
              // Python, its debuggers' pages among them
              "Traceback \\(most recent call",
              "File \"[^\"]++\", line \\d",
              "^\\s*\\S+\\.py[\",]* (?:at )?line \\d++,? in \\w",
              // Java and its relatives, with or without the "at"
              "\\w[\\w.$/@<>-]*+\\((?:[\\w$-]++\\.(?:java|kt|kts|scala|groovy|clj):\\d++|Native Method|Unknown Source)\\)",
              // JavaScript
              "^\\s*at (?:async )?[^():]*+\\((?:<anonymous>|native|[^()]+:\\d+:\\d+)\\)",
              "^\\s*at (?:async )?(?:\\w++://)?[^\\s()]*:\\d+:\\d+$",
              "^\\s*at <anonymous>",
              // .NET
              "^\\s*at [\\w`<>]++\\.[\\w.`<>\\[\\],|+]*+\\([^()]*+\\)(?: in .+:line \\d++)?$",
              // Go, Rust, C++
              "^goroutine \\d++ \\[\\w",
              "^\\s*\\S+\\.go:\\d++(?: \\+0x[0-9a-f]++)?$",
              "stack backtrace:",
              "^\\s*at \\S+\\.rs:\\d++(?::\\d++)?$",
              "^\\s*#\\d++ +0x[0-9a-f]++ in ",
              // Ruby, PHP, Perl, Elixir
              "\\S\\.(?:rb|erb):\\d++:in ",
              "^\\s*#\\d++ .*\\(\\d++\\): ",
              "^\\s*#\\d++ \\{main\\}",
              "\\bcalled at \\S++ line \\d",
              "^\\s*\\([\\w.]++(?: [\\w.-]++)?\\) \\S+\\.exs?:\\d++: ")
          .map(Pattern::compile)
          .toList();

  private static final List<String> LINES = List.of("line", "lineno", "lineNumber", "line_number");
  private static final List<String> PLACES =
      List.of("file", "fileName", "filename", "file_name", "function", "method", "methodName");

  /** No frame is longer, and a line may be a whole body. */
  private static final int LONGEST_LINE = 2000;

  private StackTrace() {}

  /** Whether a reply holds at least a frame of one. */
  static boolean isIn(String reply) {
    return PlainText.of(reply).lines().anyMatch(StackTrace::isFrame)
        || Json.strict(reply.getBytes(StandardCharsets.UTF_8))
            .filter(StackTrace::holdsFrame)
            .isPresent();
  }

  private static boolean isFrame(String line) {
    String start = line.substring(0, Math.min(line.length(), LONGEST_LINE));
    return FRAMES.stream().anyMatch(frame -> frame.matcher(start).find());
  }

  private static boolean holdsFrame(JsonNode value) {
    boolean frame =
        LINES.stream().anyMatch(name -> value.path(name).isIntegralNumber())
            && PLACES.stream().anyMatch(name -> value.path(name).isTextual());
    return frame
        || Stream.generate(value.elements()::next)
            .limit(value.size())
            .anyMatch(StackTrace::holdsFrame);
  }
}
