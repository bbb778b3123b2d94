package io.github.vertexj.logback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link LoggingProgram} in a JVM of its own and reads what it wrote. */
class StdoutConfiguratorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> PLATFORM = Map.of("AIP_MODE", "PREDICTION");

  @TempDir Path directory;

  private List<String> run(Map<String, String> environment, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), LoggingProgram.class.getName()));
    Path stdout = directory.resolve("stdout");
    Path stderr = directory.resolve("stderr");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("AIP_"));
    builder.environment().putAll(environment);
    Process process =
        builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile()).start();
    assertThat(process.waitFor()).isZero();
    assertThat(stderr).as("stderr").isEmptyFile(); // C9.2
    return Files.readAllLines(stdout);
  }

  private static List<JsonNode> parse(List<String> lines) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : lines) {
      events.add(JSON.readTree(line));
    }
    return events;
  }

  private static JsonNode event(List<JsonNode> events, String message) {
    return events.stream()
        .filter(event -> event.path("message").asText().startsWith(message))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no event \"" + message + "\" in " + events));
  }

  @Test
  void C9_5_onThePlatform_everyLineIsOneJsonObject() throws Exception {
    Instant before = Instant.now().minusMillis(1);
    List<JsonNode> events = parse(run(PLATFORM));
    assertThat(events)
        .allSatisfy(
            event ->
                assertThat(event.fieldNames())
                    .toIterable()
                    .contains("severity", "message", "time", "logger", "thread"));
    JsonNode info = event(events, "an information");
    assertThat(info.path("severity").asText()).isEqualTo("INFO");
    assertThat(info.path("logger").asText()).isEqualTo(LoggingProgram.class.getName());
    assertThat(info.path("thread").asText()).isEqualTo("main");
    assertThat(info.path("time").asText()).matches("[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z");
    assertThat(Instant.parse(info.path("time").asText())).isBetween(before, Instant.now());
    assertThat(info.has("logging.googleapis.com/labels")).isFalse();
    assertThat(event(events, "a warning").path("severity").asText()).isEqualTo("WARNING");
    assertThat(event(events, "a failure").path("severity").asText()).isEqualTo("ERROR");
  }

  @Test
  void C9_7_stackTrace_isInTheMessage() throws Exception {
    String message = event(parse(run(PLATFORM)), "a failure").path("message").asText();
    assertThat(message)
        .startsWith("a failure\njava.lang.IllegalStateException: outer\n\tat ")
        .contains("Caused by: java.lang.IllegalArgumentException: inner\nof two lines")
        .contains("LoggingProgram.main(LoggingProgram.java:");
  }

  @Test
  void oddCharacters_comeThroughUnchangedOnOneLine() throws Exception {
    JsonNode odd = event(parse(run(PLATFORM)), "odd:");
    assertThat(odd.path("message").asText()).isEqualTo("odd:" + LoggingProgram.ODD_CHARACTERS);
  }

  @Test
  void longMessage_isCut() throws Exception {
    String message = event(parse(run(PLATFORM)), "long:").path("message").asText();
    assertThat(message).hasSize(40_001).endsWith("xx…");
  }

  @Test
  void C9_5_mdcEntries_becomeLabels_andTheTraceAField() throws Exception {
    JsonNode labelled = event(parse(run(PLATFORM)), "labelled");
    JsonNode labels = labelled.path("logging.googleapis.com/labels");
    assertThat(labels).isEqualTo(JSON.readTree("{\"tenant\":\"a\\\"b\",\"instances\":\"3\"}"));
    assertThat(labelled.path("logging.googleapis.com/trace").asText())
        .isEqualTo("projects/1/traces/abc");
  }

  @Test
  void otherLoggingLibraries_comeAlong_talkativeOnesOnlyFromWarnings() throws Exception {
    List<JsonNode> events = parse(run(PLATFORM));
    assertThat(event(events, "from java.util.logging").path("severity").asText())
        .isEqualTo("WARNING");
    assertThat(event(events, "from JBoss Logging").path("severity").asText()).isEqualTo("ERROR");
    assertThat(events)
        .noneMatch(event -> event.path("message").asText().startsWith("not to be seen"));
  }

  @Test
  void elsewhere_linesArePlain() throws Exception {
    List<String> lines = run(Map.of());
    assertThat(lines)
        .anyMatch(
            line -> line.matches("[0-9:.]{12} INFO  \\[main] .*LoggingProgram - an information"));
    assertThat(lines).noneMatch(line -> line.startsWith("{"));
  }

  @Test
  void property_overridesThePlatform() throws Exception {
    assertThat(run(PLATFORM, "-Dvertex.log=plain")).noneMatch(line -> line.startsWith("{"));
    assertThat(parse(run(Map.of(), "-Dvertex.log=json"))).isNotEmpty();
  }

  @Test
  void unknownFormat_isNamed() throws Exception {
    assertThat(run(Map.of(), "-Dvertex.log=xml"))
        .anyMatch(
            line ->
                line.endsWith("-Dvertex.log=xml is neither json nor plain; logging plain lines"));
  }

  @Test
  void configurationFileOfTheApplication_isTakenInstead() throws Exception {
    Path file = directory.resolve("own.xml");
    Files.writeString(
        file,
        """
        <configuration>
          <appender name="OWN" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>own %msg %n</pattern></encoder>
          </appender>
          <root level="ERROR"><appender-ref ref="OWN"/></root>
        </configuration>
        """);
    // No java.util.logging here: without us it writes to stderr, as it always did.
    List<String> lines = run(PLATFORM, "-Dlogback.configurationFile=" + file, "-Dslf4j.only=true");
    assertThat(lines).first().isEqualTo("own a failure ");
    assertThat(lines).noneMatch(line -> line.contains("an information"));
  }
}
