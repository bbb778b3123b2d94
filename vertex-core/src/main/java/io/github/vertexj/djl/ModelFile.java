package io.github.vertexj.djl;

import io.github.vertexj.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds the TorchScript file of a model directory and looks into it without loading it.
 *
 * <p>A file is chosen as DJL does: the name that was set, the directory's name, {@code model.pt};
 * or else the only {@code .pt} file there is.
 */
final class ModelFile {
  private static final String SUFFIX = ".pt";
  private static final int LONGEST_ENTRY = 1 << 24;

  private ModelFile() {}

  /** Whether a directory holds such a file. */
  static boolean in(@Nullable Path directory) {
    return directory != null && Files.isDirectory(directory) && holds(directory, SUFFIX);
  }

  private static boolean holds(Path directory, String suffix) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.anyMatch(file -> file.toString().endsWith(suffix));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Finds the file.
   *
   * @throws StartException saying what is missing or too much
   */
  static Path find(@Nullable Path directory, @Nullable String modelName) {
    if (directory == null) {
      throw new StartException(
          "there is no model directory; set AIP_STORAGE_URI or pass a directory with a .pt file");
    }
    if (!Files.isDirectory(directory) || !Files.isReadable(directory)) {
      throw new StartException(directory + " is not a directory that can be read");
    }
    if (modelName != null) {
      return named(directory, modelName);
    }
    String name = String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    for (String candidate : List.of(name + SUFFIX, "model" + SUFFIX)) {
      if (Files.isRegularFile(directory.resolve(candidate))) {
        return directory.resolve(candidate);
      }
    }
    return only(directory, name);
  }

  private static Path named(Path directory, String modelName) {
    Path exact = directory.resolve(modelName);
    if (!exact.normalize().startsWith(directory.normalize())) {
      throw new StartException(
          "option.modelName leads out of the model directory; name a file in it");
    }
    Path file = Files.isRegularFile(exact) ? exact : directory.resolve(modelName + SUFFIX);
    if (!Files.isRegularFile(file)) {
      throw new StartException(
          "option.modelName names " + file.getFileName() + ", which is not in " + directory);
    }
    return file;
  }

  private static Path only(Path directory, String name) {
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (IOException e) {
      throw new StartException(directory + " cannot be listed: " + e.getMessage(), e);
    }
    if (files.size() == 1) {
      return files.get(0);
    }
    if (files.isEmpty() && holds(directory, ".onnx")) {
      throw new StartException(
          directory + " holds an ONNX model and no .pt file; " + TorchSettings.ONNX_JARS);
    }
    String found =
        files.isEmpty()
            ? "there is no .pt file in "
            : "it is not clear which of "
                + files.stream().map(Path::getFileName).toList()
                + " is the model in ";
    throw new StartException(
        found + directory + "; name it " + name + ".pt or model.pt, or set option.modelName");
  }

  /**
   * Checks that a file is TorchScript, as far as its layout tells.
   *
   * @throws StartException saying what it is instead, and what to do
   */
  static void checkLayout(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (entry(zip, "constants.pkl") == null) {
        throw new StartException(
            file
                + (entry(zip, "data.pkl") == null
                    ? " is a zip file but no TorchScript; save the model with torch.jit.script or"
                        + " torch.jit.trace and .save"
                    : stateDictionary()));
      }
    } catch (ZipException e) {
      throw new StartException(file + notAZip(file), e);
    } catch (IOException e) {
      throw new StartException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String notAZip(Path file) throws UncheckedIOException {
    try (var bytes = Files.newInputStream(file)) {
      int first = bytes.read();
      return first == 0x80 // how a pickle begins; torch.save wrote a bare one before 1.6
          ? stateDictionary()
          : " is no TorchScript file or was cut off; copy it again";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String stateDictionary() {
    return " was written by torch.save and holds weights without code; save the model with"
        + " torch.jit.script(model).save(file) or torch.jit.trace(model, example).save(file)";
  }

  /** The entry of a name below the archive's only top folder; null if there is none. */
  static @Nullable ZipEntry entry(ZipFile zip, String name) {
    for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
      ZipEntry entry = all.nextElement();
      int slash = entry.getName().indexOf('/');
      if (slash >= 0 && entry.getName().substring(slash + 1).equals(name)) {
        return entry;
      }
    }
    return null;
  }

  /** The bytes of an entry as Latin-1 text; null if there is none or it is huge. */
  static @Nullable String text(ZipFile zip, String name) throws IOException {
    ZipEntry entry = entry(zip, name);
    if (entry == null || entry.getSize() > LONGEST_ENTRY) {
      return null;
    }
    try (var bytes = zip.getInputStream(entry)) {
      return new String(bytes.readNBytes(LONGEST_ENTRY), StandardCharsets.ISO_8859_1);
    }
  }
}
