package io.github.vertexj.gcs;

import static io.github.vertexj.gcs.BucketServer.plainStatus;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.djl.DjlProvider;
import io.github.vertexj.undertow.Main;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with {@code AIP_STORAGE_URI} in a bucket, as on the platform. */
@Timeout(120)
class ServedFromBucketTest {
  private static final Path AFFINE =
      Path.of("../vertex-core/src/test/resources/models/affine/affine.pt");

  @TempDir Path home;

  private final HttpClient client = HttpClient.newHttpClient();
  private BucketServer bucket;

  @BeforeEach
  void start() throws IOException {
    bucket = new BucketServer();
    bucket.put("v1/affine/affine.pt", Files.readAllBytes(AFFINE));
    bucket.put("v1/affine/serving.properties", "batch_size=4");
    bucket.put("v1/affine-old/affine.pt", "no model");
  }

  @AfterEach
  void stop() {
    bucket.close();
  }

  private ChildJvm serve(String... options) throws IOException {
    return serve(Map.of(), options);
  }

  private ChildJvm serve(Map<String, String> more, String... options) throws IOException {
    String[] command = new String[options.length + 5];
    System.arraycopy(options, 0, command, 0, options.length);
    String[] program = {
      Main.class.getName(), "--provider", DjlProvider.class.getName(), "--port", "0"
    };
    System.arraycopy(program, 0, command, options.length, program.length);
    Map<String, String> environment = new HashMap<>(more);
    environment.put("AIP_STORAGE_URI", "gs://models/v1/affine");
    environment.put("NO_GCE_CHECK", "true");
    return new ChildJvm(home, environment, command);
  }

  private String emulator() {
    return "-D" + GcsArtifactStore.EMULATOR + "=" + bucket.uri();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void C2_13_modelInABucket_isDownloaded_whileHealthSaysSo_andServed() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    bucket.mediaFaults.add(
        (exchange, right) -> {
          asked.countDown();
          gate.await();
          BucketServer.send(exchange, 206, right);
        });
    try (ChildJvm server = serve(emulator())) {
      URI uri = URI.create(server.awaitLine("Listening on (http://localhost:[0-9]+)").group(1));
      asked.await();
      HttpResponse<String> health = send(HttpRequest.newBuilder(uri.resolve("/health")));
      assertThat(health.statusCode()).isEqualTo(503);
      assertThat(health.body())
          .matches(
              "\\{\"status\":\"starting\",\"reason\":\"downloading [0-9]+ %, [0-9.]+ of [0-9.]+ kB\"}");
      gate.countDown();
      server.awaitLine("Ready: ");
      HttpResponse<String> reply =
          send(
              HttpRequest.newBuilder(uri.resolve("/predict"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"instances\":[[1,2.5],[-1,0]]}")));
      assertThat(reply.body()).isEqualTo("{\"predictions\":[[3.0,6.0],[-1.0,1.0]]}");
    }
  }

  @Test
  void C7_3_modelThatMayNotBeRead_endsTheProcess_withoutAStackTrace() throws Exception {
    bucket.mediaFaults.add(plainStatus(403, "no access"));
    try (ChildJvm server = serve(emulator())) {
      assertEnded(server, "roles/storage.objectViewer");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void nameThatTheLocaleCannotWrite_endsTheProcess_withoutAStackTrace() throws Exception {
    bucket.put("v1/affine/é", "any");
    try (ChildJvm server = serve(Map.of("LC_ALL", "C"), emulator())) {
      assertEnded(server, "LC_ALL=C.UTF-8");
    }
  }

  @Test
  void C7_5_missingCredentials_endTheProcess_withoutAStackTrace() throws Exception {
    try (ChildJvm server = serve()) {
      assertEnded(server, "no usable Google credentials: run as a service account");
    }
  }

  private static void assertEnded(ChildJvm server, String reason) throws Exception {
    List<String> lines = server.awaitEnd();
    assertThat(lines).anyMatch(line -> line.contains("ERROR") && line.contains(reason));
    assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
    assertThat(server.exitCode()).isEqualTo(1);
  }
}
