package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
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
  private static final Pattern OWN_CPU = Pattern.compile("own cpu ([\\d.]+) ([\\d.]+)");
  private static final String TIMED = "TIMEFORMAT='own cpu %U %S'; time wrk \"$@\"";

  /** One where the server shares two cores with it; more could send more than one can. */
  private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  private final Path folder;
  private final Set<String> written = new HashSet<>();

  /** Creates a generator that keeps bodies in a folder. */
  Wrk(Path folder) {
    this.folder = folder;
  }

  /**
   * What a run came to.
   *
   * @param p50 milliseconds
   * @param p99 milliseconds
   * @param cpuMicros the server's CPU time per request
   * @param generatorMicros this generator's own
   */
  record Outcome(
      long requests,
      double perSecond,
      double p50,
      double p99,
      double cpuMicros,
      double generatorMicros) {}

  /** Sends the same request over and over for some seconds. */
  Outcome run(ServerProcess server, Body body, int connections, int seconds)
      throws IOException, InterruptedException {
    Duration before = server.cpu();
    String report = report(server.uri("/predict"), script(body), connections, seconds);
    double used = server.cpu().minus(before).toNanos() / 1e3;
    long requests = Long.parseLong(group(REQUESTS, 1, report));
    double own =
        Double.parseDouble(group(OWN_CPU, 1, report))
            + Double.parseDouble(group(OWN_CPU, 2, report));
    return new Outcome(
        requests,
        Double.parseDouble(group(RATE, 1, report)),
        percentile(50, report),
        percentile(99, report),
        used / requests,
        own * 1e6 / requests);
  }

  private static String report(URI uri, Path script, int connections, int seconds)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                TIMED,
                "wrk",
                "-t" + Math.min(THREADS, connections),
                "-c" + connections,
                "-d" + seconds + "s",
                "--latency",
                "--timeout",
                "30s",
                "-s",
                script.toString(),
                uri.toString())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String report = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0 || FAILED.matcher(report).find()) {
      throw new IllegalStateException("wrk says:\n" + report);
    }
    return report;
  }

  private Path script(Body body) throws IOException {
    Path bytes = folder.resolve("body-" + body.name());
    Path script = folder.resolve("post-" + body.name() + ".lua");
    if (written.add(body.name())) {
      Files.write(bytes, body.bytes());
      Files.writeString(
          script,
          """
          local file = io.open("%s", "rb")
          wrk.method = "POST"
          wrk.body = file:read("*a")
          wrk.headers["Content-Type"] = "%s"
          file:close()
          """
              .formatted(bytes.toAbsolutePath(), body.mediaType()));
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

  private static String group(Pattern pattern, int number, String report) {
    Matcher matcher = pattern.matcher(report);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk says:\n" + report);
    }
    return matcher.group(number);
  }
}
