package io.github.vertexj.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers that were written without the judge in mind, each judged in full; what it must find was
 * found by hand, and lies in {@code expected}.
 */
class ForeignServersTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final String CLASS_PATH = System.getProperty("java.class.path");
  private static final String NEEDS_HARM = "needs --resilience";

  private static final String LOSES_NOTHING = "SIGTERM loses no request under way";
  private static final String GOES_ON = "for a second after SIGTERM requests are still answered";
  private static final String EXIT_CODE = "after SIGTERM the exit code is 0";

  /** What a file says of all other checks. */
  private static final List<String> USUALLY = List.of("kept");

  @TempDir Path directory;

  @Test
  void springBoot() throws Exception {
    judge("spring", java(SpringServer.class));
  }

  @Test
  void jdk() throws Exception {
    judge("jdk", java(JdkServer.class));
  }

  @Test
  void pythonsStandardLibrary() throws Exception {
    judge("python", python("json") + " python/server.py");
  }

  @Test
  void flask() throws Exception {
    judge("flask", python("flask") + " flask/server.py");
  }

  @Test
  void flasksHelloWorld() throws Exception {
    judge("hello-world", python("flask") + " ../hello-world/hello_world.py");
  }

  @Test
  void express() throws Exception {
    if (!runs("node", "--version") || Files.notExists(Path.of("express/node_modules/express"))) {
      skip("Express is not judged: Node.js or the package is missing; install.sh brings it");
    }
    judge("express", "node express/server.js");
  }

  private void judge(String name, String command) throws Exception {
    Path report = directory.resolve("report.json");
    Path printed = directory.resolve("printed.txt");
    ProcessBuilder judge =
        new ProcessBuilder(
            JAVA,
            "-cp",
            CLASS_PATH,
            "io.github.vertexj.conformance.Main",
            "--command",
            command,
            "--instances",
            "instances.json",
            "--load-seconds",
            "1",
            "--json",
            report.toString());
    judge.redirectErrorStream(true).redirectOutput(printed.toFile()).start().waitFor();
    assertThat(report).as(() -> text(printed)).exists();
    Map<String, List<String>> expected = expected(name);
    Map<String, String> wrong = new TreeMap<>();
    Map<String, String> outcomes = new TreeMap<>();
    for (JsonNode check : new ObjectMapper().readTree(report.toFile()).path("checks")) {
      String sentence = check.path("sentence").asText();
      String outcome = check.path("outcome").asText();
      outcomes.put(sentence, outcome);
      List<String> right = expected.getOrDefault(sentence, USUALLY);
      expected.remove(sentence);
      boolean asked = !check.path("text").asText().equals(NEEDS_HARM);
      if (asked && !right.contains(outcome)) {
        wrong.put(sentence, outcome + " instead of " + right);
      }
    }
    assertThat(wrong).as(() -> text(printed)).isEmpty();
    assertThat(expected).as("checks that there are not").isEmpty();
    if (outcomes.get(LOSES_NOTHING).equals("broken")) {
      assertThat(List.of(outcomes.get(GOES_ON), outcomes.get(EXIT_CODE)))
          .as("one fault, told once")
          .containsOnly("untested");
    }
  }

  /** The outcomes that are right, by sentence: a line is {@code outcomes | sentence | reason}. */
  private static Map<String, List<String>> expected(String name) throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of("src/test/resources/expected", name + ".txt"))) {
      return lines
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" \\| ", 3))
          .collect(
              Collectors.toMap(
                  cells -> cells[1],
                  cells -> Arrays.asList(cells[0].split(", ")),
                  (first, second) -> first,
                  TreeMap::new));
    }
  }

  private static String java(Class<?> main) {
    return "%s -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s"
        .formatted(JAVA, CLASS_PATH, main.getName());
  }

  /** A Python that has a module. */
  private static String python(String module) {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      if (runs(python, "-c", "import " + module)) {
        return python;
      }
    }
    return skip("no Python with " + module + ", so a server is not judged; install.sh brings it");
  }

  private static boolean runs(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String skip(String why) {
    System.out.println(why);
    return abort(why);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
