package io.github.vertexj.gcs;

import static io.github.vertexj.gcs.BucketServer.corrupt;
import static io.github.vertexj.gcs.BucketServer.cutAfter;
import static io.github.vertexj.gcs.BucketServer.plainStatus;
import static io.github.vertexj.gcs.BucketServer.send;
import static io.github.vertexj.gcs.BucketServer.stall;
import static io.github.vertexj.gcs.BucketServer.status;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.vertexj.artifact.ArtifactException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes is retried; what does not is one line that says what to do. */
@Timeout(60)
class GcsFaultsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final byte[] WEIGHTS = new byte[3000];

  static {
    new Random(1).nextBytes(WEIGHTS);
  }

  @TempDir Path directory;

  private BucketServer server;

  @BeforeEach
  void start() throws IOException {
    server = new BucketServer();
    server.put("m/weights", WEIGHTS);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path fetch(String host, Duration silence) throws IOException {
    Patience patience = new Patience(silence, 3, Duration.ofMillis(1));
    return new GcsArtifactStore(() -> StorageClient.connect(host, patience), patience, 1_000_000)
        .fetch("gs://models/m", directory.resolve("own"), stage -> {});
  }

  private void assertFetched() throws IOException {
    assertThat(fetch(server.uri(), LONG).resolve("weights")).hasBinaryContent(WEIGHTS);
  }

  /** Returns the one line that the fetch fails with, after which no file looks whole. */
  private AbstractStringAssert<?> assertFault(Duration silence) {
    Throwable failure = catchThrowable(() -> fetch(server.uri(), silence));
    assertThat(failure).isInstanceOf(ArtifactException.class);
    assertThat(directory.resolve("own/model/m/weights")).doesNotExist();
    return assertThat(failure.getMessage()).doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void serverThatIsBusy_isAskedAgain(int status) throws IOException {
    server.listingFaults.add(status(status, "try later"));
    server.listingFaults.add(status(status, "try later"));
    server.mediaFaults.add(plainStatus(status, "try later"));
    server.mediaFaults.add(plainStatus(status, "try later"));
    assertFetched();
    assertThat(server.count("alt=media")).isEqualTo(3);
  }

  @Test
  void serverThatStaysBusy_isAFault() {
    for (int i = 0; i < 3; i++) {
      server.listingFaults.add(status(503, "We encountered an internal error."));
    }
    assertFault(LONG)
        .isEqualTo(
            "gs://models/m cannot be read: Cloud Storage answers 503: We encountered an internal error.");
  }

  @Test
  void answerThatIsNotFromCloudStorage_isQuotedInOneLine() {
    byte[] page = "<html>\n<h1>Blocked</h1>\n</html>".getBytes(UTF_8);
    server.listingFaults.add((exchange, right) -> send(exchange, 407, page));
    assertFault(LONG).contains("Cloud Storage answers 407").contains("<h1>Blocked</h1>");
  }

  @Test
  void connectionThatIsCut_isTakenUpWhereItWas() throws IOException {
    server.mediaFaults.add(cutAfter(1000));
    server.mediaFaults.add(cutAfter(500));
    assertFetched();
    assertThat(server.requests).anyMatch(request -> request.endsWith("bytes=1500-2999"));
  }

  @Test
  void connectionThatIsReset_isTakenUpAgain() throws IOException {
    try (ResettingProxy proxy = new ResettingProxy(server.port(), 2, 700)) {
      assertThat(fetch(proxy.uri(), LONG).resolve("weights")).hasBinaryContent(WEIGHTS);
      assertThat(proxy.left()).isZero();
    }
  }

  @Test
  void C7_10_connectionThatIsCutForGood_leavesNoFile() {
    for (int i = 0; i < 3; i++) {
      server.mediaFaults.add(cutAfter(100));
    }
    assertFault(LONG)
        .startsWith("gs://models/m/weights cannot be read: ")
        .endsWith(", 3 times in a row; check the network between here and Cloud Storage");
  }

  @Test
  void connectionThatStalls_isGivenUp_andTriedAgain() throws IOException {
    server.mediaFaults.add(stall());
    assertThat(fetch(server.uri(), SHORT).resolve("weights")).hasBinaryContent(WEIGHTS);
  }

  @Test
  void connectionsThatAllStall_areAFault() {
    for (int i = 0; i < 3; i++) {
      server.mediaFaults.add(stall());
    }
    assertFault(SHORT)
        .isEqualTo(
            "gs://models/m/weights cannot be read: the connection stalled, 3 times in a row;"
                + " check the network between here and Cloud Storage");
  }

  @Test
  void serverThatIsNotThere_isAFault() throws IOException {
    String uri = server.uri();
    server.close();
    assertThatThrownBy(() -> fetch(uri, LONG))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith("gs://models/m cannot be read: ")
        .hasMessageContaining("Connection refused")
        .hasMessageEndingWith(
            ", 3 times in a row; check the network between here and Cloud Storage");
  }

  @Test
  void C7_10_wrongBytes_areFetchedAgain() throws IOException {
    server.mediaFaults.add(corrupt());
    server.mediaFaults.add(corrupt());
    assertFetched();
    assertThat(server.count("alt=media")).isEqualTo(3);
  }

  @Test
  void C7_10_bytesThatStayWrong_areAFault() {
    for (int i = 0; i < 3; i++) {
      server.mediaFaults.add(corrupt());
    }
    assertFault(LONG)
        .isEqualTo(
            "gs://models/m/weights came with a wrong CRC32C 3 times in a row:"
                + " check for a proxy that changes it, or upload it again");
  }

  @Test
  void C7_3_deniedListing_namesTheRole() {
    String denied = "x@y.iam.gserviceaccount.com does not have storage.objects.list access.";
    server.listingFaults.add(status(403, denied));
    assertFault(LONG)
        .isEqualTo(
            "gs://models/m may not be read by this process's Google identity: grant it the role"
                + " Storage Object Viewer (roles/storage.objectViewer) on gs://models;"
                + " Cloud Storage says: "
                + denied);
    assertThat(server.count("prefix=m/")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void C7_3_deniedDownload_namesTheObjectAndTheRole(int status) {
    server.mediaFaults.add(plainStatus(status, "No storage.objects.get access."));
    assertFault(LONG)
        .startsWith("gs://models/m/weights may not be read by ")
        .contains("roles/storage.objectViewer")
        .endsWith(" on gs://models; Cloud Storage says: No storage.objects.get access.");
    assertThat(server.count("alt=media")).isEqualTo(1);
  }

  @Test
  void missingBucket_isAFault() {
    server.listingFaults.add(status(404, "The specified bucket does not exist."));
    assertFault(LONG).isEqualTo("gs://models/m cannot be read: there is no bucket models");
  }

  @Test
  void objectReplacedMeanwhile_isAFault() {
    server.mediaFaults.add(plainStatus(404, "No such object: models/m/weights"));
    assertFault(LONG)
        .isEqualTo(
            "gs://models/m/weights was replaced or deleted while it was downloaded: start again");
  }

  @Test
  void modelLargerThanTheDisk_isAFault_beforeAnythingIsDownloaded() {
    server.listingFaults.add(
        (exchange, right) ->
            send(
                exchange,
                200,
                new String(right, UTF_8)
                    .replace("\"size\":\"3000\"", "\"size\":\"4000000000000000000\"")
                    .getBytes(UTF_8)));
    assertFault(LONG)
        .startsWith("gs://models/m needs 4000000.0 TB on the disk of " + directory)
        .endsWith(
            "free: give the container a larger one, or keep models elsewhere with -Djava.io.tmpdir");
    assertThat(server.count("alt=media")).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void diskThatIsFull_isAFault() {
    IOException full =
        catchThrowableOfType(
            IOException.class,
            () -> {
              try (OutputStream out = Files.newOutputStream(Path.of("/dev/full"))) {
                out.write(1);
              }
            });
    assertThat(Faults.ofDisk(Path.of("/models"), full))
        .hasMessage(
            "the disk of /models is full: give the container a larger one,"
                + " or keep models elsewhere with -Djava.io.tmpdir");
  }

  @Test
  void directoryThatCannotBeWritten_isAFault() throws IOException {
    Files.writeString(directory.resolve("own"), "a file");
    assertThatThrownBy(() -> fetch(server.uri(), LONG))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith(directory.resolve("own") + " cannot be written: ");
  }

  @Test
  void firstFault_endsTheOtherDownloads() {
    for (int i = 0; i < 2000; i++) {
      server.put("m/%04d".formatted(i), "content");
    }
    server.mediaFaults.add(plainStatus(403, "no"));
    assertThatThrownBy(() -> fetch(server.uri(), LONG)).hasMessageContaining("may not be read");
    assertThat(server.count("alt=media")).isLessThan(2000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gs://", "gs:///m", "gs://ab/m", "gs://Models/m", "gs://-models/m", "gs://a b/m"})
  void uriWithoutABucket_isAFault(String storageUri) {
    assertThatThrownBy(() -> GcsUri.of(storageUri))
        .isInstanceOf(ArtifactException.class)
        .hasMessageStartingWith(
            "\"" + storageUri + "\" names no bucket: write gs://bucket/directory");
  }

  @Test
  void uriWithAControlCharacter_isAFault() {
    assertThatThrownBy(() -> GcsUri.of("gs://models/a\nb"))
        .hasMessage("\"gs://models/a?b\" holds a control character: remove it");
  }
}
