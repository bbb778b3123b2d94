package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.StartException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelFileTest {
  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectory(temporary.resolve("digits"));
  }

  @Test
  void find_prefersTheSetNameThenTheDirectorysThenModel() throws IOException {
    for (String name : new String[] {"a.pt", "digits.pt", "model.pt"}) {
      Files.createFile(directory.resolve(name));
    }

    assertThat(found("a")).isEqualTo("a.pt");
    assertThat(found("a.pt")).isEqualTo("a.pt");
    assertThat(found(null)).isEqualTo("digits.pt");
    Files.delete(directory.resolve("digits.pt"));
    assertThat(found(null)).isEqualTo("model.pt");
  }

  @Test
  void find_onlyOneFile_isTaken() throws IOException {
    Files.createFile(directory.resolve("b.pt"));
    Files.createFile(directory.resolve("notes.txt"));

    assertThat(found(null)).isEqualTo("b.pt");
  }

  @Test
  void find_noneOrSeveral_saysSoInOneLine() throws IOException {
    assertThatThrownBy(() -> found(null))
        .isInstanceOf(StartException.class)
        .hasMessage(
            "there is no .pt file in "
                + directory
                + "; name it digits.pt or model.pt, or set option.modelName");
    Files.createFile(directory.resolve("a.pt"));
    Files.createFile(directory.resolve("b.pt"));
    assertThatThrownBy(() -> found(null))
        .hasMessageStartingWith("it is not clear which of [a.pt, b.pt] is the model in ");
    assertThatThrownBy(() -> found("c"))
        .hasMessageContaining("option.modelName names c.pt, which is not in " + directory);
  }

  @Test
  void find_noDirectory_saysWhatToSet() {
    assertThatThrownBy(() -> ModelFile.find(null, null)).hasMessageContaining("AIP_STORAGE_URI");
    assertThatThrownBy(() -> ModelFile.find(directory.resolve("gone"), null))
        .hasMessageContaining("is not a directory that can be read");
  }

  @Test
  void checkLayout_whatIsNoTorchScript_saysWhatItIs() throws IOException {
    Path file = directory.resolve("model.pt");

    Files.write(file, new byte[] {(byte) 0x80, 2, 'c'});
    assertThatThrownBy(() -> ModelFile.checkLayout(file)).hasMessageContaining("torch.save");
    zip(file, "model/data.pkl", "model/version");
    assertThatThrownBy(() -> ModelFile.checkLayout(file))
        .hasMessageContaining("was written by torch.save and holds weights without code")
        .hasMessageContaining("torch.jit.script");
    zip(file, "readme.txt");
    assertThatThrownBy(() -> ModelFile.checkLayout(file))
        .hasMessageContaining("is a zip file but no TorchScript");
    Files.write(file, new byte[100]);
    assertThatThrownBy(() -> ModelFile.checkLayout(file))
        .hasMessageContaining("is no TorchScript file or was cut off");
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> ModelFile.checkLayout(file)).hasMessageContaining("was cut off");
  }

  @Test
  void checkLayout_fileCutOff_isRefused() throws Exception {
    byte[] whole = Files.readAllBytes(Loaded.directory("mlp").resolve("mlp.pt"));
    Path file = directory.resolve("model.pt");
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));

    assertThatThrownBy(() -> ModelFile.checkLayout(file)).hasMessageContaining("was cut off");
  }

  @Test
  void checkLayout_torchScript_passes() throws Exception {
    ModelFile.checkLayout(Loaded.directory("mlp").resolve("mlp.pt"));
  }

  private String found(String modelName) {
    return ModelFile.find(directory, modelName).getFileName().toString();
  }

  private static void zip(Path file, String... entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
      }
    }
  }
}
