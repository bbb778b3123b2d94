package io.github.vertexj.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.LoadProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelDirectoryTest {
  @TempDir Path directory;

  private final List<String> stages = new ArrayList<>();

  private Path locate(String storageUri) throws IOException {
    return ModelDirectory.locate(storageUri, directory.resolve("downloads"), stages::add);
  }

  @Test
  void C2_23_plainPath_isTheModelDirectory() throws IOException {
    assertThat(locate(directory.toString())).isEqualTo(directory);
    assertThat(locate(directory + "/")).isEqualTo(directory);
    assertThat(locate("")).isEqualTo(Path.of("").toAbsolutePath());
  }

  @Test
  void plainPath_mayHoldAColon() throws IOException {
    Path model = Files.createDirectory(directory.resolve("digits:v2"));
    assertThat(locate(model.toString())).isEqualTo(model);
  }

  @Test
  void fileUri_isTheModelDirectory() throws IOException {
    Path spaced = Files.createDirectory(directory.resolve("my model"));
    assertThat(locate(spaced.toUri().toString())).isEqualTo(spaced);
    assertThat(locate("FILE:" + directory)).isEqualTo(directory);
  }

  @Test
  void missingDirectory_isNamed() {
    String missing = directory.resolve("missing").toString();
    assertThatThrownBy(() -> locate(missing))
        .isInstanceOf(ArtifactException.class)
        .hasMessage("model directory %s does not exist: give a model directory that does", missing);
  }

  @Test
  void file_isToldToBeADirectory() throws IOException {
    String file = Files.createFile(directory.resolve("model.pt")).toString();
    assertThatThrownBy(() -> locate(file))
        .isInstanceOf(ArtifactException.class)
        .hasMessage("model directory %s is a file: give the directory that holds it", file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:relative", "file://host/model", "file:///a b", "a\u0000b"})
  void whatIsNoPath_isRefused(String storageUri) {
    assertThatThrownBy(() -> locate(storageUri)).isInstanceOf(ArtifactException.class);
  }

  @Test
  void cloudStorage_withoutItsModule_saysWhatToAdd() {
    assertThatThrownBy(() -> locate("gs://bucket/model"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("gs://bucket/model")
        .hasMessageContaining("io.github.vertexj:vertex-gcs");
  }

  @Test
  void unknownScheme_listsTheKnownOnes() {
    assertThatThrownBy(() -> locate("s3://bucket/model"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("s3://bucket/model")
        .hasMessageContaining("[file, gs, onefile]");
  }

  @Test
  void store_isFoundByItsScheme_andGivenTheUriAsItCame() throws IOException {
    Path model = locate("OneFile://bucket/100%/my model?");
    assertThat(model.resolve("uri")).hasContent("OneFile://bucket/100%/my model?");
    assertThat(stages).containsExactly("downloading 100 %");
  }

  @Test
  void store_getsADirectoryOfItsOwnForEachUri() throws IOException {
    Path first = locate("onefile://bucket/a");
    assertThat(first).startsWith(directory.resolve("downloads"));
    assertThat(locate("onefile://bucket/a")).isEqualTo(first);
    assertThat(locate("onefile://bucket/b")).isNotEqualTo(first);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void fetchedModels_areKeptWhereNobodyElseCanPlantOne() throws IOException {
    Path downloads = Files.createDirectory(directory.resolve("downloads"));
    Files.setPosixFilePermissions(downloads, PosixFilePermissions.fromString("rwxrwxrwx"));
    locate("onefile://bucket/a");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(downloads)))
        .isEqualTo("rwx------");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void fetchedModels_areNotKeptBehindALink() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.createSymbolicLink(directory.resolve("downloads"), elsewhere);
    assertThatThrownBy(() -> locate("onefile://bucket/a"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("another user");
  }

  @Test
  void remote_isWhatAStoreFetches() throws IOException {
    assertThat(ModelDirectory.remote("onefile://bucket/a")).isTrue();
    assertThat(ModelDirectory.remote(directory.toString())).isFalse();
    assertThat(ModelDirectory.remote("FILE:" + directory)).isFalse();
    assertThatThrownBy(() -> ModelDirectory.remote("gs://bucket/model"))
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining("io.github.vertexj:vertex-gcs");
  }

  /** A store whose every model is one file that holds the URI. */
  public static final class StoreOfOneFile implements ArtifactStore {
    @Override
    public String scheme() {
      return "onefile";
    }

    @Override
    public Path fetch(String storageUri, Path directory, LoadProgress progress) throws IOException {
      Files.writeString(Files.createDirectories(directory).resolve("uri"), storageUri);
      progress.report("downloading 100 %");
      return directory;
    }
  }
}
