package io.github.vertexj.undertow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.vertexj.undertow.RawClient.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The command line in a JVM of its own, serving {@link ConsoleProvider}. */
@Timeout(120)
class MainTest {
  private static final Pattern LISTENING =
      Pattern.compile("Listening on http://localhost:([0-9]+)");
  private static final String HOLD = "{\"instances\":[\"hold\"]}";

  private final List<Process> processes = new ArrayList<>();

  /** Starts the command line; both its streams are read as one. */
  private Run run(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AIP_"));
    builder.environment().keySet().removeIf(name -> name.equals("PORT"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    processes.add(process);
    return new Run(process, process.inputReader(StandardCharsets.UTF_8));
  }

  @AfterEach
  void endAll() {
    processes.forEach(Process::destroyForcibly);
  }

  private record Run(Process process, BufferedReader output) {
    /** Reads until a line matches. */
    Matcher line(Pattern wanted) throws IOException {
      StringBuilder all = new StringBuilder();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher matcher = wanted.matcher(line);
        if (matcher.find()) {
          return matcher;
        }
        all.append(line).append('\n');
      }
      throw new AssertionError("no line with " + wanted + " in\n" + all);
    }

    int port() throws IOException {
      return Integer.parseInt(line(LISTENING).group(1));
    }

    int readyPort() throws IOException {
      int port = port();
      line(Pattern.compile("Ready: "));
      return port;
    }

    List<String> rest() {
      return output.lines().toList();
    }

    /** Sends SIGTERM; {@code Process.destroy} would close the streams, too. */
    void terminate() {
      process.toHandle().destroy();
    }

    int exitCode() throws InterruptedException {
      return process.waitFor();
    }
  }

  @Test
  void help_andVersion_arePrinted() throws Exception {
    Run help = run(Map.of(), "--help");
    assertThat(help.rest()).anyMatch(line -> line.contains("--healthcheck"));
    assertThat(help.exitCode()).isZero();
    Run version = run(Map.of(), "--version");
    assertThat(version.rest()).hasSize(1);
    assertThat(version.exitCode()).isZero();
  }

  @Test
  void badArguments_exitWith2_andOneLine() throws Exception {
    Run bad = run(Map.of(), "--modle", "x");
    assertThat(bad.rest()).containsExactly("unknown option --modle; try --help");
    assertThat(bad.exitCode()).isEqualTo(2);
  }

  @Test
  void C2_21_valueThatIsNoPort_stopsTheStart_withOneLine() throws Exception {
    Run bad = run(Map.of("AIP_HTTP_PORT", "http"));
    assertThat(bad.rest())
        .singleElement()
        .asString()
        .contains("ERROR")
        .endsWith("AIP_HTTP_PORT is \"http\": a port is a whole number from 1 to 65535");
    assertThat(bad.exitCode()).isEqualTo(1);
  }

  @Test
  void unknownProvider_stopsTheStart_withOneLine() throws Exception {
    Run bad = run(Map.of(), "--provider", "no.Such");
    assertThat(bad.rest()).singleElement().asString().contains("no.Such", "ConsoleProvider");
    assertThat(bad.exitCode()).isEqualTo(1);
  }

  @Test
  void C1_40_modelThatCannotBeLoaded_endsTheProcess() throws Exception {
    Run bad = run(Map.of("CONSOLE_FAILS", "true"), "--port", "0");
    assertThat(bad.rest()).anyMatch(line -> line.contains("IllegalStateException: no weights"));
    assertThat(bad.exitCode()).isEqualTo(1);
  }

  @Test
  void C1_28_healthcheck_exitsWith0OnlyIfHealthIs200() throws Exception {
    Charset ofEnvironment = Charset.forName(System.getProperty("sun.jnu.encoding"));
    assumeTrue(
        ofEnvironment.newEncoder().canEncode('é'), "an environment in ASCII holds no such route");
    Map<String, String> environment = Map.of("AIP_HEALTH_ROUTE", "/v1/{m}:héalth");
    Run server = run(environment, "--port", "0");
    String port = Integer.toString(server.readyPort());
    Run healthy = run(environment, "--healthcheck", "--port", port);
    assertThat(healthy.rest()).isEmpty();
    assertThat(healthy.exitCode()).isZero();
    Run elsewhere = run(Map.of("AIP_HTTP_PORT", port), "--healthcheck");
    assertThat(elsewhere.rest()).containsExactly("health is not 200 but HTTP/1.1 404 Not Found");
    assertThat(elsewhere.exitCode()).isEqualTo(1);
    server.process.destroyForcibly().waitFor();
    Run nobody = run(environment, "--healthcheck", "--port", port);
    assertThat(nobody.rest()).singleElement().asString().startsWith("no answer on port " + port);
    assertThat(nobody.exitCode()).isEqualTo(1);
  }

  @Test
  void doctor_reports_andExitsByItsVerdict() throws Exception {
    Run fine = run(Map.of(), "--doctor");
    assertThat(fine.rest()).last().asString().isEqualTo("The server can start.");
    assertThat(fine.exitCode()).isZero();
    Run faulty = run(Map.of("PORT", "0"), "--doctor");
    assertThat(faulty.rest()).anyMatch(line -> line.contains("PORT is \"0\""));
    assertThat(faulty.exitCode()).isEqualTo(1);
  }

  @Test
  void takenPort_stopsTheStart_withOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      Run bad = run(Map.of("AIP_HTTP_PORT", Integer.toString(taken.getLocalPort())));
      assertThat(bad.rest()).singleElement().asString().contains("cannot be bound");
      assertThat(bad.exitCode()).isEqualTo(1);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void C1_45_firstSignal_finishesWhatWasAccepted_andExitsWith0() throws Exception {
    Run server = run(Map.of(), "--port", "0");
    int port = server.readyPort();
    try (RawClient client = new RawClient(port)) {
      client.send(RawClient.post("/predict", HOLD));
      server.line(Pattern.compile("holding"));
      server.terminate();
      server.line(Pattern.compile("Finishing the accepted predictions"));
      server.process.outputWriter().append("go\n").flush();
      Answer answer = client.read();
      assertThat(answer.body()).isEqualTo("{\"predictions\":[4]}");
    }
    assertThat(server.exitCode()).isZero();
    assertThat(server.rest()).last().asString().endsWith("Closed");
  }

  /** An unhealthy container stays as it is for good; one that has ended is started again. */
  @Test
  void C1_33_C1_48_lostDevice_answersAndEndsTheProcess() throws Exception {
    Run server = run(Map.of(), "--port", "0");
    try (RawClient client = new RawClient(server.readyPort())) {
      client.send(RawClient.post("/predict", "{\"instances\":[\"lose\"]}"));
      Answer answer = client.read();
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.body()).contains("the model's device is lost");
    }
    assertThat(server.exitCode()).isEqualTo(1);
    assertThat(server.rest())
        .anyMatch(line -> line.contains("A device is lost for good"))
        .last()
        .asString()
        .endsWith("Closed");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void secondSignal_exitsAtOnce() throws Exception {
    Run server = run(Map.of(), "--port", "0");
    int port = server.readyPort();
    try (RawClient client = new RawClient(port)) {
      client.send(RawClient.post("/predict", HOLD));
      server.line(Pattern.compile("holding"));
      server.terminate();
      server.line(Pattern.compile("Finishing the accepted predictions"));
      server.terminate();
      assertThat(server.exitCode()).isEqualTo(143);
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void signalWhileLoading_exitsWith0() throws Exception {
    Run server = run(Map.of("CONSOLE_HOLDS", "true"), "--port", "0");
    server.line(Pattern.compile("loading"));
    server.terminate();
    assertThat(server.exitCode()).isZero();
  }
}
