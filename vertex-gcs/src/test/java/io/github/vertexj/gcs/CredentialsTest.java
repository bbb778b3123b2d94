package io.github.vertexj.gcs;

import static io.github.vertexj.gcs.BucketServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.storage.Storage;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.vertexj.artifact.ArtifactException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Application Default Credentials, from a metadata server as Google's machines have one. */
@Timeout(120)
class CredentialsTest {
  private static final String ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default/";
  private static final String EMAIL = "server@project.iam.gserviceaccount.com";

  @TempDir Path home;

  private BucketServer bucket;
  private HttpServer metadata;

  @BeforeEach
  void start() throws IOException {
    bucket = new BucketServer();
    bucket.put("m/a", "A");
    metadata = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    metadata.createContext("/", CredentialsTest::answer);
    metadata.start();
  }

  @AfterEach
  void stop() {
    metadata.stop(0);
    bucket.close();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    Map<String, String> pages =
        Map.of(
            "/expired",
            "{\"error\":\"invalid_grant\",\"error_description\":\"Token has expired.\"}",
            "/",
            "computeMetadata/",
            ACCOUNT + "email",
            EMAIL,
            ACCOUNT + "token",
            "{\"access_token\":\"secret\",\"expires_in\":3600,\"token_type\":\"Bearer\"}");
    String page = pages.get(exchange.getRequestURI().getPath());
    exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] body = String.valueOf(page).getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      boolean expired = exchange.getRequestURI().getPath().equals("/expired");
      BucketServer.send(exchange, expired ? 400 : page == null ? 404 : 200, body);
    }
  }

  /** Fetches {@code gs://models/m} from the server and into the directory that are named. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      GcsArtifactStore store =
          new GcsArtifactStore(
              () -> connect(arguments[0]), Patience.USUAL, GcsArtifactStore.PIECE_BYTES);
      try {
        System.out.println(
            "in " + store.fetch("gs://models/m", Path.of(arguments[1]), stage -> {}));
      } catch (ArtifactException e) {
        System.out.println(e.getMessage());
      }
    }

    /** The way to Cloud Storage as ever, only that it leads elsewhere. */
    private static Storage connect(String host) throws ArtifactException {
      return StorageClient.connect(null, Patience.USUAL).getOptions().toBuilder()
          .setHost(host)
          .build()
          .getService();
    }
  }

  private List<String> run(Map<String, String> environment) throws IOException {
    try (ChildJvm program =
        new ChildJvm(
            home,
            environment,
            Program.class.getName(),
            bucket.uri(),
            home.resolve("own").toString())) {
      return program.awaitEnd();
    }
  }

  private Map<String, String> machine() {
    return Map.of("GCE_METADATA_HOST", "localhost:" + metadata.getAddress().getPort());
  }

  @Test
  void C7_5_serviceAccountOfTheMachine_readsTheModel() throws IOException {
    assertThat(run(machine())).last().asString().startsWith("in ");
    assertThat(home.resolve("own/model/m/a")).hasContent("A");
    assertThat(bucket.authorizations).isNotEmpty().containsOnly("Bearer secret");
  }

  @Test
  void C7_3_deniedServiceAccount_isNamed() throws IOException {
    bucket.listingFaults.add(status(403, "denied"));
    assertThat(run(machine()))
        .last()
        .asString()
        .isEqualTo(
            "gs://models/m may not be read by "
                + EMAIL
                + ": grant it the role Storage Object Viewer (roles/storage.objectViewer)"
                + " on gs://models; Cloud Storage says: denied");
  }

  @Test
  void credentialsThatAreNoLongerGood_areAFault() throws IOException {
    String tokens = "http://localhost:" + metadata.getAddress().getPort() + "/expired";
    Path file =
        Files.writeString(
            home.resolve("user.json"),
            """
            {"type": "authorized_user", "client_id": "id", "client_secret": "secret",
             "refresh_token": "old", "token_uri": "%s", "universe_domain": "googleapis.com"}
            """
                .formatted(tokens));
    assertThat(run(Map.of("GOOGLE_APPLICATION_CREDENTIALS", file.toString())))
        .last()
        .asString()
        .startsWith(
            "gs://models/m cannot be read: Google refuses the credentials of this process's Google identity: ");
    assertThat(bucket.requests).isEmpty();
  }

  @Test
  void credentialsFile_thatIsNone_isAFault() throws IOException {
    Path file = Files.writeString(home.resolve("key.json"), "{}");
    assertThat(run(Map.of("GOOGLE_APPLICATION_CREDENTIALS", file.toString())))
        .last()
        .asString()
        .startsWith("no usable Google credentials: ")
        .contains(file.toString());
  }
}
