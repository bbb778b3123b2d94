package io.github.vertexj.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault of a server is found by the check that is about it, and by no other. */
@Execution(ExecutionMode.CONCURRENT) // most of the time, servers start
class ConformanceTest {
  /** The times are a busy machine's with one processor: a JVM starts in 4 s there, and not in 2. */
  private static final String[] INSTANCES = {
    "--instance",
    "{\"x\": 3, \"y\": 0}",
    "--instance",
    "4",
    "--timeout",
    "30",
    "--start-timeout",
    "30"
  };

  @TempDir Path directory;

  @Test
  void runningServerWithoutFault_keepsAll() throws Exception {
    List<Result> results = judgeRunning(Set.of());
    assertThat(results).noneMatch(result -> result.outcome() == Outcome.BROKEN);
    assertThat(results)
        .filteredOn(result -> result.outcome() == Outcome.UNTESTED)
        .extracting(Result::text)
        .containsOnly("needs --command", "needs --resilience");
  }

  static Stream<Fault> faultsOfRunningServers() {
    return Arrays.stream(Fault.values())
        .filter(fault -> !fault.needsProcess() && !fault.needsHarm());
  }

  @ParameterizedTest
  @MethodSource("faultsOfRunningServers")
  void runningServerWithFault_breaksTheSentenceAboutIt(Fault fault) throws Exception {
    List<Result> results = judgeRunning(Set.of(fault));
    assertThat(broken(results)).as(shown(results)).containsExactly(fault.sentence());
  }

  @Test
  void harm_isDoneOnlyIfAskedFor() throws Exception {
    assertThat(judgeHarmed(Set.of()))
        .filteredOn(result -> result.check().clause().equals("C8.10"))
        .extracting(Result::text)
        .containsOnly("needs --resilience");
  }

  @Test
  void harmedServerWithoutFault_keepsAll() throws Exception {
    assertThat(judgeHarmed(Set.of(), "--resilience"))
        .extracting(Result::outcome)
        .containsOnly(Outcome.KEPT);
  }

  static Stream<Fault> faultsOfHarmedServers() {
    return Arrays.stream(Fault.values()).filter(Fault::needsHarm);
  }

  @ParameterizedTest
  @MethodSource("faultsOfHarmedServers")
  void harmedServerWithFault_breaksTheSentenceAboutIt(Fault fault) throws Exception {
    boolean silent = fault == Fault.HAS_FEW_THREADS || fault == Fault.HANGS_FOR_ALL;
    String timeout = silent ? "5" : "30"; // what never answers is waited for as long as allowed
    List<Result> results = judgeHarmed(Set.of(fault), "--resilience", "--timeout", timeout);
    assertThat(broken(results)).as(shown(results)).containsExactly(fault.sentence());
  }

  private static List<Result> judgeHarmed(Set<Fault> faults, String... more) throws Exception {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (DoublingServer server =
        new DoublingServer(address, "/health", "/predict", new Faults(faults))) {
      String hanging = "\"" + Frailty.HANGING + "\"";
      String[] line = {
        "--url",
        server.url(),
        "--only",
        "C8.10,C3.22",
        "--hanging",
        hanging,
        "--load-seconds",
        "0.5"
      };
      return judge(Stream.concat(Arrays.stream(line), Arrays.stream(more)).toArray(String[]::new));
    }
  }

  @Test
  void startedServerWithoutFault_keepsAll() throws Exception {
    List<Result> results = judgeStarted(command(""), "--load-seconds", "0.2", "--resilience");
    assertThat(results)
        .filteredOn(result -> result.outcome() != Outcome.KEPT)
        .extracting(result -> result.check().sentence())
        .containsExactly(
            "a streamed reply comes piece by piece",
            "a 429 says when to come back",
            "while instances hang, others are predicted or health says so");
  }

  static Stream<Fault> faultsOfStartedServers() {
    return Arrays.stream(Fault.values()).filter(Fault::needsProcess);
  }

  @ParameterizedTest
  @MethodSource("faultsOfStartedServers")
  void startedServerWithFault_breaksTheSentenceAboutIt(Fault fault) throws Exception {
    String[] line = {"--only", clausesAround(fault), "--start-timeout", patience(fault)};
    List<Result> results = judgeStarted(command(fault.name()), line);
    assertThat(broken(results)).as(shown(results)).containsExactly(fault.sentence());
  }

  /** What else a fault could be blamed for: a whole run would take too many starts. */
  private static String clausesAround(Fault fault) {
    return switch (fault) {
      case LISTENS_ELSEWHERE, WANTS_STORAGE_URI -> "C1.22,C1.34,C2.13,C1.15,C1.1";
      case IGNORES_SIGTERM, HALTS_ON_SIGTERM -> "C1.45,C1.46";
      default -> clause(fault);
    };
  }

  /** A server that can never be seen needs no longer to be waited for than one that can. */
  private static String patience(Fault fault) {
    return fault == Fault.LISTENS_ELSEWHERE ? "5" : "30";
  }

  @Test
  void wrapperThatDoesNotHandOnTheSignal_breaksTheSentenceAboutIt() throws Exception {
    String wrapper = "sh -c '" + command("") + "; true'";
    assertThat(broken(judgeStarted(wrapper, "--only", "C1.45,C1.46")))
        .containsExactly("SIGTERM ends the server, not only its wrapper");
  }

  private List<Result> judgeRunning(Set<Fault> faults) throws Exception {
    Path stream = Files.writeString(directory.resolve("stream.json"), "{\"stream\": true}");
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (DoublingServer server =
        new DoublingServer(address, "/health", "/predict", new Faults(faults))) {
      return judge(
          "--url",
          server.url(),
          "--stream",
          stream.toString(),
          "--load-seconds",
          "0.2",
          "--parameters",
          "{\"scale\": 1}");
    }
  }

  private static List<Result> judgeStarted(String command, String... more) throws Exception {
    return judge(
        Stream.concat(Stream.of("--command", command), Arrays.stream(more)).toArray(String[]::new));
  }

  private static List<Result> judge(String... arguments) throws Exception {
    String[] all =
        Stream.concat(Arrays.stream(INSTANCES), Arrays.stream(arguments)).toArray(String[]::new);
    return Run.of(CommandLine.of(all).options(), result -> {});
  }

  private static List<String> broken(List<Result> results) {
    return results.stream()
        .filter(result -> result.outcome() == Outcome.BROKEN)
        .map(result -> result.check().sentence())
        .toList();
  }

  private static String shown(List<Result> results) {
    return results.stream().map(Table::line).collect(Collectors.joining("\n"));
  }

  private static String clause(Fault fault) {
    return Checks.all().stream()
        .filter(check -> check.sentence().equals(fault.sentence()))
        .map(Check::clause)
        .findFirst()
        .orElseThrow();
  }

  /** A command that starts a server in a JVM of its own, as fast as one starts. */
  private static String command(String fault) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    return "\""
        + java
        + "\" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp \""
        + classPath
        + "\" "
        + DoublingMain.class.getName()
        + " "
        + fault;
  }
}
