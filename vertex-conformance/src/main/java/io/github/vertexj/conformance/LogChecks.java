package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** What the shared server has printed. */
final class LogChecks {
  private static final String SECRET = "MARKERsecret5d1f";

  private LogChecks() {}

  static List<Check> all() {
    return List.of(
        Check.assumed(
            "C9.2",
            "nothing is logged to stderr, whose lines all become errors",
            LogChecks::stdoutOnly),
        Check.assumed(
            "C9.5",
            "each line is a JSON object with a severity and a message",
            LogChecks::jsonLines),
        Check.assumed("C3.43", "the Authorization header is not logged", LogChecks::noSecrets));
  }

  private static String stdoutOnly(Target target) throws Verdict, InterruptedException {
    List<String> lines = process(target).stderr();
    if (!lines.isEmpty()) {
      throw Verdict.broken(
          lines.size() + " lines on stderr; the first: " + Shown.text(lines.get(0)));
    }
    return "";
  }

  private static String jsonLines(Target target) throws Verdict, InterruptedException {
    List<String> lines = process(target).stdout();
    for (String line : lines) {
      JsonNode entry = Json.strict(line.getBytes(StandardCharsets.UTF_8)).orElse(null);
      if (entry == null || !entry.path("severity").isTextual() || !entry.has("message")) {
        throw Verdict.broken("this line is not: " + Shown.text(line));
      }
    }
    if (lines.isEmpty()) {
      throw Verdict.notApplicable("it has printed nothing to stdout");
    }
    return lines.size() + " lines";
  }

  private static String noSecrets(Target target) throws Verdict, InterruptedException {
    ServerProcess process = process(target);
    Server server = target.server();
    Request request = Request.json(server.predictRoute(), "{\"instances\": []}");
    server.send(request.with("Authorization: Bearer " + SECRET)).answer();
    if (Stream.concat(process.stdout().stream(), process.stderr().stream())
        .anyMatch(line -> line.contains(SECRET))) {
      throw Verdict.broken("its value is in the log");
    }
    return "";
  }

  private static ServerProcess process(Target target) throws Verdict, InterruptedException {
    return target.startedServer().process().orElseThrow(() -> Verdict.untested("needs --command"));
  }
}
