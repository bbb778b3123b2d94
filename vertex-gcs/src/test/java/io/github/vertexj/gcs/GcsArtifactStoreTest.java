package io.github.vertexj.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.artifact.ArtifactException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the model directory after a fetch. */
@Timeout(60)
class GcsArtifactStoreTest {
  private static final Patience PATIENCE =
      new Patience(Duration.ofSeconds(20), 3, Duration.ofMillis(1));
  private static final long PIECE_BYTES = 1000;

  @TempDir Path directory;

  private final Queue<String> stages = new ConcurrentLinkedQueue<>();
  private BucketServer server;

  @BeforeEach
  void start() throws IOException {
    server = new BucketServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Path fetch(String storageUri) throws IOException {
    return new GcsArtifactStore(
            () -> StorageClient.connect(server.uri(), PATIENCE), PATIENCE, PIECE_BYTES)
        .fetch(storageUri, directory.resolve("own"), stages::add);
  }

  /** All files of a model directory, by their paths in it. */
  private static Map<String, String> files(Path model) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(model)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        files.put(model.relativize(file).toString(), Files.readString(file, UTF_8));
      }
    }
    return files;
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new Random(bytes).nextBytes(random);
    return random;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gs://models/digits", "gs://models/digits/", "GS://models/digits//"})
  void C7_2_directory_isFetched_withOrWithoutASlashAtItsEnd(String storageUri) throws IOException {
    server.put("digits/serving.properties", "batch_size=8");
    server.put("digits/weights/a.bin", "A");
    server.put("digits/weights/deep/b.bin", "B");
    assertThat(files(fetch(storageUri)))
        .containsExactly(
            Map.entry("serving.properties", "batch_size=8"),
            Map.entry("weights/a.bin", "A"),
            Map.entry("weights/deep/b.bin", "B"));
  }

  @Test
  void directory_keepsItsName_asEnginesChooseFilesByIt() throws IOException {
    server.put("a/digits/x", "X");
    server.put("a/../x", "X");
    assertThat(fetch("gs://models/a/digits/").getFileName()).hasToString("digits");
    assertThat(fetch("gs://models/a/..")).isEqualTo(directory.resolve("own/model/model"));
  }

  @Test
  void C7_6_siblings_whoseNamesBeginTheSame_areNotFetched() throws IOException {
    server.put("model/a", "A");
    server.put("model-old/a", "old");
    server.put("model.pt", "file");
    server.put("modelx", "x");
    assertThat(files(fetch("gs://models/model"))).containsExactly(Map.entry("a", "A"));
  }

  @Test
  void wholeBucket_isADirectory() throws IOException {
    server.put("a", "A");
    server.put("b/c", "C");
    assertThat(files(fetch("gs://models"))).containsOnlyKeys("a", "b/c");
  }

  @Test
  void C7_6_objectsThatStandForFolders_areSkipped() throws IOException {
    server.put("m/", "");
    server.put("m/empty/", "");
    server.put("m/a", "A");
    assertThat(files(fetch("gs://models/m"))).containsExactly(Map.entry("a", "A"));
  }

  @Test
  void namesWithSpecialCharacters_areTakenLiterally() throws IOException {
    Charset ofFileNames = Charset.forName(System.getProperty("sun.jnu.encoding"));
    String letter = ofFileNames.newEncoder().canEncode('é') ? "é" : "e";
    String prefix = "100% my+model?v=1#2/" + letter;
    server.put(prefix + "/a%2Fb c.txt", "A");
    server.put("100% my+model", "other");
    assertThat(files(fetch("gs://models/" + prefix)))
        .containsExactly(Map.entry("a%2Fb c.txt", "A"));
  }

  @Test
  void listing_ofSeveralPages_isReadWhole() throws IOException {
    server.pageSize(7);
    for (int i = 0; i < 40; i++) {
      server.put("m/%02d".formatted(i), "content " + i);
    }
    assertThat(files(fetch("gs://models/m"))).hasSize(40).containsEntry("39", "content 39");
  }

  @Test
  void emptyFiles_areFiles() throws IOException {
    server.put("m/empty", "");
    assertThat(files(fetch("gs://models/m"))).containsExactly(Map.entry("empty", ""));
    assertThat(server.count("alt=media")).isZero();
  }

  @Test
  void largeFile_isFetchedInRanges() throws IOException {
    byte[] bytes = random(10_500);
    server.put("m/weights", bytes);
    Path model = fetch("gs://models/m");
    assertThat(model.resolve("weights")).hasBinaryContent(bytes);
    assertThat(server.requests)
        .anyMatch(request -> request.endsWith("bytes=0-999"))
        .anyMatch(request -> request.endsWith("bytes=9000-9999"))
        .anyMatch(request -> request.endsWith("bytes=10000-10499"));
  }

  @Test
  void manySmallFiles_areFetched() throws IOException {
    for (int i = 0; i < 2000; i++) {
      server.put("m/%d/%04d".formatted(i % 10, i), "content " + i);
    }
    assertThat(files(fetch("gs://models/m"))).hasSize(2000).containsEntry("9/1999", "content 1999");
  }

  @Test
  void twoFetchesAtOnce_ofOneDirectory_followEachOther() throws Exception {
    server.put("m/a", random(3000));
    CompletableFuture<Path> other =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return fetch("gs://models/m");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    assertThat(fetch("gs://models/m")).isEqualTo(other.get()).isDirectory();
    assertThat(server.count("alt=media")).isEqualTo(3);
  }

  @Test
  void progress_isReported() throws IOException {
    server.put("m/a", random(3000));
    fetch("gs://models/m");
    assertThat(stages)
        .startsWith(
            "listing gs://models/m",
            "waiting for other downloads",
            "downloading 0 %, 0.0 of 3.0 kB")
        .endsWith("downloading 100 %, 3.0 of 3.0 kB");
  }

  @Test
  void C7_10_secondFetch_downloadsNothing_andChecksEverything() throws IOException {
    server.put("m/a", random(3000));
    server.put("m/b", "B");
    Path model = fetch("gs://models/m");
    server.requests.clear();
    assertThat(fetch("gs://models/m")).isEqualTo(model);
    assertThat(server.count("alt=media")).isZero();
    assertThat(stages).contains("checking earlier downloads 100 %, 3.0 of 3.0 kB");
  }

  @Test
  void C7_10_halfFilledDirectory_isCompleted() throws IOException {
    server.put("m/whole", "whole");
    server.put("m/short", "complete");
    server.put("m/wrong", "right");
    server.put("m/missing", "missing");
    Path model = fetch("gs://models/m");
    Files.writeString(model.resolve("short"), "comp");
    Files.writeString(model.resolve("wrong"), "fight");
    Files.delete(model.resolve("missing"));
    Path part = directory.resolve("own/parts/missing");
    Files.createDirectories(part.resolveSibling("sub"));
    Files.writeString(part, "mis and too much of something else");
    server.requests.clear();
    assertThat(files(fetch("gs://models/m")))
        .containsEntry("whole", "whole")
        .containsEntry("short", "complete")
        .containsEntry("wrong", "right")
        .containsEntry("missing", "missing");
    assertThat(server.count("alt=media")).isEqualTo(3);
    assertThat(server.count("/m%2Fwhole")).isZero();
  }

  @Test
  void filesThatTheBucketNoLongerHas_areRemoved() throws IOException {
    server.put("m/a", "A");
    server.put("m/old/b", "B");
    server.put("m/folder/c", "C");
    Path model = fetch("gs://models/m");
    server.remove("m/old/b");
    server.remove("m/folder/c");
    server.put("m/folder", "now a file");
    assertThat(files(fetch("gs://models/m"))).containsOnlyKeys("a", "folder");
    assertThat(model.resolve("old")).doesNotExist();
  }

  @Test
  void changedObject_isFetchedAgain() throws IOException {
    server.put("m/a", "one");
    fetch("gs://models/m");
    server.put("m/a", "two");
    assertThat(files(fetch("gs://models/m"))).containsExactly(Map.entry("a", "two"));
  }

  @Test
  void linksInTheModelDirectory_areRemoved_notFollowed() throws IOException {
    server.put("m/a", "A");
    server.put("m/sub/b", "B");
    Path model = fetch("gs://models/m");
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path precious = Files.writeString(elsewhere.resolve("b"), "precious");
    Files.delete(model.resolve("sub/b"));
    Files.delete(model.resolve("sub"));
    Files.createSymbolicLink(model.resolve("sub"), elsewhere);
    Files.delete(model.resolve("a"));
    Files.createSymbolicLink(model.resolve("a"), precious);
    assertThat(files(fetch("gs://models/m")))
        .containsExactly(Map.entry("a", "A"), Map.entry("sub/b", "B"));
    assertThat(precious).hasContent("precious");
    assertThat(model.resolve("sub")).isDirectory().matches(sub -> !Files.isSymbolicLink(sub));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil",
        "a/../../evil",
        "..",
        ".",
        "/etc/evil",
        "a//b",
        "a/./b",
        "C:evil",
        "a/c:/evil",
        "\\\\server\\evil",
        "..\\evil",
        "a\u0000b",
        "a\nb"
      })
  void objectNames_thatMightLeaveTheDirectory_areRefused(String name) throws IOException {
    server.put("m/fine", "fine");
    server.put("m/" + name, "evil");
    assertThatThrownBy(() -> fetch("gs://models/m"))
        .isInstanceOf(ArtifactException.class)
        .hasMessage(
            "gs://models/m/%s has a name that is no path below the model directory: rename it",
            name.replaceAll("\\p{Cntrl}", "?"));
    assertThat(server.count("alt=media")).isZero();
    try (Stream<Path> left = Files.walk(directory)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void objectThatIsAlsoAFolder_isRefused() {
    server.put("m/a", "file");
    server.put("m/a/b", "file in a folder");
    assertThatThrownBy(() -> fetch("gs://models/m"))
        .hasMessage("gs://models/m/a is both a file and a folder: rename one");
  }

  @Test
  void compressedObject_isRefused() {
    server.put("m/a", random(10), "gzip");
    assertThatThrownBy(() -> fetch("gs://models/m"))
        .hasMessage(
            "gs://models/m/a is stored compressed (Content-Encoding: gzip): upload it as it is");
  }

  @Test
  void emptyDirectory_isAFault() {
    server.put("m/", "");
    server.put("model/a", "A");
    for (String uri : List.of("gs://models/m", "gs://models/mod")) {
      assertThatThrownBy(() -> fetch(uri))
          .isInstanceOf(ArtifactException.class)
          .hasMessage(uri + " holds no objects: check its spelling, or copy the model there");
    }
  }

  @Test
  void emptyBucket_isAFault() {
    assertThatThrownBy(() -> fetch("gs://models"))
        .hasMessage("gs://models holds no objects: check its spelling, or copy the model there");
  }

  @Test
  void object_isToldToBeADirectory() {
    server.put("m/model.pt", "model");
    assertThatThrownBy(() -> fetch("gs://models/m/model.pt"))
        .isInstanceOf(ArtifactException.class)
        .hasMessage("gs://models/m/model.pt is an object: give the directory that holds it");
  }
}
