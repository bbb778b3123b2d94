package io.github.vertexj.googleclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.vertexj.emulator.EmulatedEndpoint;
import io.github.vertexj.emulator.EmulatedPlatform;
import io.github.vertexj.emulator.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Google's client for Node, as {@code node/call.js} uses it; skipped without Node or its registry.
 */
@EmulatedEndpoint(provider = Doubling.class, profile = "dedicated")
class NodeClientTest {
  private static final Path FOLDER = Path.of("target", "node").toAbsolutePath();
  // It would look for a metadata server of Google's cloud, and wait for it.
  private static final Program NODE =
      new Program(FOLDER, Map.of("METADATA_SERVER_DETECTION", "none"));

  @BeforeAll
  static void install() throws Exception {
    Path lock = FOLDER.resolve("package-lock.json");
    boolean installed =
        Files.exists(FOLDER.resolve("node_modules/.package-lock.json"))
            && Files.mismatch(lock, Path.of("node", "package-lock.json")) < 0;
    Files.createDirectories(FOLDER);
    for (String file : List.of("package.json", "package-lock.json", "call.js")) {
      Files.write(FOLDER.resolve(file), Files.readAllBytes(Path.of("node", file)));
    }
    if (!installed) {
      Program.Outcome npm =
          NODE.run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
      assumeTrue(npm.status() == 0, () -> "the client cannot be installed: " + npm.output());
    }
  }

  private static String call(String protocol, String address, Endpoint endpoint) throws Exception {
    Program.Outcome node = NODE.run(List.of("node", "call.js", protocol, address, endpoint.name()));
    assertThat(node.status()).as(node.output()).isZero();
    return node.output();
  }

  @Test
  void grpc(EmulatedPlatform platform, Endpoint endpoint) throws Exception {
    assertThat(call("grpc", platform.grpcAddress(), endpoint).lines())
        .contains(
            "predict [[{\"value\":6}],\"Doubling\"]",
            "explain failed with 12 12 UNIMPLEMENTED: explain is not emulated.",
            "rawPredict [\"application/json\",\"{\\\"predictions\\\":[{\\\"value\\\":10}]}\"]",
            "streamRawPredict \"{\\\"predictions\\\":[{\\\"value\\\":10}]}\"")
        .anyMatch(line -> line.matches("predict, refused failed with 9 .*must not be negative.*"));
  }

  @Test
  void rest(EmulatedPlatform platform, Endpoint endpoint) throws Exception {
    assertThat(call("rest", platform.uri().getAuthority(), endpoint).lines())
        .contains(
            "predict [[{\"value\":6}],\"Doubling\"]",
            "explain failed with 12 explain is not emulated.",
            "listEndpoints [true]")
        .anyMatch(line -> line.startsWith("predict, refused failed with "));
  }
}
