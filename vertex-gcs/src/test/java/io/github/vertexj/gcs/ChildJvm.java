package io.github.vertexj.gcs;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program in a JVM of its own, which has no Google credentials but those it is given. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  /**
   * Starts a program.
   *
   * @param home its home directory and its place for temporary files
   * @param command options of the JVM, the main class and its arguments
   */
  ChildJvm(Path home, Map<String, String> environment, String... command) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(List.of("-Djava.io.tmpdir=" + home, "-Duser.home=" + home));
    line.addAll(List.of("-Dai.djl.offline=true", "-Xmx512m"));
    line.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("(AIP_|GOOGLE_|GCE_|CLOUDSDK_).*|PORT|APPDATA"));
    builder.environment().putAll(environment);
    process = builder.start();
    output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Reads until a line holds the pattern. */
  Matcher awaitLine(String pattern) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      lines.add(line);
      Matcher matcher = Pattern.compile(pattern).matcher(line);
      if (matcher.find()) {
        return matcher;
      }
    }
    throw new AssertionError("no line with " + pattern + " in\n" + String.join("\n", lines));
  }

  /** Reads until the program ends; all lines it has printed. */
  List<String> awaitEnd() throws IOException {
    output.lines().forEach(lines::add);
    return lines;
  }

  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
