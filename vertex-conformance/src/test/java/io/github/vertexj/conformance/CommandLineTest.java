package io.github.vertexj.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

class CommandLineTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @TempDir Path directory;

  @Test
  void words_areSplitAtSpacesOutsideOfQuotes() throws Exception {
    assertThat(Words.of("sh -c 'exec ./serve.sh \"a b\"' --name=\"c d\" ''"))
        .containsExactly("sh", "-c", "exec ./serve.sh \"a b\"", "--name=c d", "");
  }

  @Test
  void words_mayBeLong() throws Exception {
    String classPath = "/a/very/long/class/path.jar:".repeat(10_000);
    assertThat(Words.of("java -cp '" + classPath + "' Main").get(2)).isEqualTo(classPath);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--url",
        "--url http://localhost:1 --command x",
        "--url localhost:8080",
        "--url ftp://localhost",
        "--url http://localhost/predict",
        "--url http://localhost --unknown",
        "--url http://localhost --instance {",
        "--url http://localhost --instances /no/such/file",
        "--url http://localhost --health-route health",
        "--url http://localhost --timeout soon",
        "--url http://localhost --timeout -1",
        "--url http://localhost --only C9.99",
        "--command 'x",
        "--command x --env NAME"
      })
  void wrongUsage_isExitCode2(String line) throws Exception {
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("--help");
  }

  @Test
  void help_namesEveryOption() throws Exception {
    assertThat(run("--help")).isZero();
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("--url", "--strict", "--junit");
  }

  @Test
  void list_hasAllChecks() throws Exception {
    assertThat(run("--list")).isZero();
    assertThat(printed.toString(StandardCharsets.UTF_8).lines()).hasSize(Checks.all().size());
  }

  @Test
  void checks_areToldApartByTheirSentences() {
    assertThat(Checks.all()).extracting(Check::sentence).doesNotHaveDuplicates();
  }

  @Test
  void instances_comeAsEnvelopeArrayOrLines() throws Exception {
    assertThat(Instances.read("{\"instances\": [1, 2], \"parameters\": {\"k\": 3}}").many(3))
        .isEqualTo("{\"instances\":[1,2,1],\"parameters\":{\"k\":3}}");
    assertThat(Instances.read("[[1], [2]]").many(2)).isEqualTo("{\"instances\":[[1],[2]]}");
    assertThat(Instances.read("{\"x\": 1}\n\n{\"x\": 2}\n").many(2))
        .isEqualTo("{\"instances\":[{\"x\":1},{\"x\":2}]}");
    assertThatThrownBy(() -> Instances.read("{\"x\": 1}\nx")).isInstanceOf(UsageException.class);
  }

  @Test
  void faultOfADocumentedClause_isExitCode1AndInEachReport() throws Exception {
    Path junit = directory.resolve("report.xml");
    Path json = directory.resolve("report.json");
    try (DoublingServer server = server(Fault.REVERSES)) {
      String[] arguments = {
        "--url",
        server.url(),
        "--instance",
        "3",
        "--instance",
        "4",
        "--only",
        "C3.14,C3.4",
        "--junit",
        junit.toString(),
        "--json",
        json.toString()
      };
      assertThat(run(arguments)).isEqualTo(1);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("BROKEN", "sent     POST /predict  {\"instances\":[3,4,3,4,3,4]}", "FAILED: 1");
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(Files.readAllBytes(junit)))
            .getDocumentElement();
    assertThat(List.of(suite.getAttribute("tests"), suite.getAttribute("failures")))
        .containsExactly("6", "1");
    JsonNode report = Json.MAPPER.readTree(Files.readAllBytes(json));
    assertThat(report.path("passed").booleanValue()).isFalse();
    assertThat(report.path("checks").findValuesAsText("outcome"))
        .containsExactly("kept", "kept", "broken", "kept", "kept", "kept");
  }

  @Test
  void faultOfAnAssumption_failsAStrictRunOnly() throws Exception {
    try (DoublingServer server = server(Fault.REFUSES_UNKNOWN_MEMBERS)) {
      String[] lenient = {"--url", server.url(), "--instance", "3", "--only", "C3.5"};
      assertThat(run(lenient)).isZero();
      String[] strict = {"--url", server.url(), "--instance", "3", "--only", "C3.5", "--strict"};
      assertThat(run(strict)).isEqualTo(1);
    }
  }

  @Test
  void nobodyListens_isExitCode1() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    String url = "http://127.0.0.1:" + port;
    assertThat(run("--url", url, "--start-timeout", "0.1", "--instance", "3")).isEqualTo(1);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("nobody listens there", "FAILED: 1");
  }

  @Test
  void commandThatDoesNotExist_isToldOnce() throws Exception {
    assertThat(run("--command", "/no/such/command", "--instance", "3")).isEqualTo(1);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("the command cannot be started", "0 kept, 1 broken,");
  }

  @Test
  void loadOnAnotherMachine_needsToBeAllowed() throws Exception {
    Options options = CommandLine.of("--url", "http://192.0.2.1").options();
    assertThatThrownBy(new Target(options)::wantLoad).hasMessageContaining("--allow-remote");
    new Target(CommandLine.of("--url", "http://192.0.2.1", "--allow-remote").options()).wantLoad();
  }

  private int run(String... arguments) throws Exception {
    return Main.run(new PrintStream(printed, true, StandardCharsets.UTF_8), arguments);
  }

  private static DoublingServer server(Fault fault) throws Exception {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new DoublingServer(address, "/health", "/predict", new Faults(Set.of(fault)));
  }
}
