package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The load generator wrk: a fixed number of connections, each sending its next request when the
 * last is answered. Right for what a saturated server can do, wrong for latencies at a given load.
 */
final class Wrk {
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s*([\\d.]+)");
  private static final Pattern FAILED = Pattern.compile("Non-2xx|Socket errors");

  private final Path folder;

  /** Creates a generator that keeps bodies in a folder. */
  Wrk(Path folder) {
    this.folder = folder;
  }

  /**
   * What a run came to.
   *
   * @param p50 milliseconds
   * @param p99 milliseconds
   */
  record Outcome(long requests, double perSecond, double p50, double p99) {}

  /** Sends requests of so many instances for some seconds. */
  Outcome run(URI uri, int instances, int connections, int seconds)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--latency",
                "-s",
                script(instances).toString(),
                uri.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String report = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0 || FAILED.matcher(report).find()) {
      throw new IllegalStateException("wrk says:\n" + report);
    }
    return new Outcome(
        Long.parseLong(group(REQUESTS, report)),
        Double.parseDouble(group(RATE, report)),
        percentile(50, report),
        percentile(99, report));
  }

  private Path script(int instances) throws IOException {
    Path body = folder.resolve("body-" + instances + ".json");
    Path script = folder.resolve("post-" + instances + ".lua");
    if (Files.notExists(script)) {
      Files.write(body, Bodies.envelope(instances));
      Files.writeString(
          script,
          """
          local file = io.open("%s")
          wrk.method = "POST"
          wrk.body = file:read("*a")
          wrk.headers["Content-Type"] = "application/json"
          file:close()
          """
              .formatted(body.toAbsolutePath()));
    }
    return script;
  }

  private static double percentile(int percent, String report) {
    Matcher matcher = Pattern.compile("\\b" + percent + "%\\s+([\\d.]+)(us|ms|s)").matcher(report);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk says:\n" + report);
    }
    double value = Double.parseDouble(matcher.group(1));
    return switch (matcher.group(2)) {
      case "us" -> value / 1_000;
      case "ms" -> value;
      default -> value * 1_000;
    };
  }

  private static String group(Pattern pattern, String report) {
    Matcher matcher = pattern.matcher(report);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk says:\n" + report);
    }
    return matcher.group(1);
  }
}
