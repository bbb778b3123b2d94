package io.github.vertexj.onnx;

import io.github.vertexj.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ONNX file of a model directory.
 *
 * <p>It is the name that was set, the directory's name, {@code model.onnx}; or else the only {@code
 * .onnx} file there is. Weights in files of their own lie beside it.
 */
final class OnnxFile {
  static final String SUFFIX = ".onnx";

  private OnnxFile() {}

  /** Whether a directory holds a file that ends so. */
  static boolean in(@Nullable Path directory, String suffix) {
    if (directory == null || !Files.isDirectory(directory)) {
      return false;
    }
    try {
      return !all(directory, suffix).isEmpty();
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
          "there is no model directory; set AIP_STORAGE_URI or pass a directory with an .onnx file");
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
    Path file = directory.resolve(modelName.endsWith(SUFFIX) ? modelName : modelName + SUFFIX);
    if (!Files.isRegularFile(file)) {
      throw new StartException(
          "option.modelName names " + file.getFileName() + ", which is not in " + directory);
    }
    return file;
  }

  private static Path only(Path directory, String name) {
    List<Path> files;
    try {
      files = all(directory, SUFFIX);
    } catch (IOException e) {
      throw new StartException(directory + " cannot be listed: " + e.getMessage(), e);
    }
    if (files.size() == 1) {
      return files.get(0);
    }
    String found =
        files.isEmpty()
            ? "there is no .onnx file in "
            : "it is not clear which of "
                + files.stream().map(Path::getFileName).toList()
                + " is the model in ";
    throw new StartException(
        found + directory + "; name it " + name + ".onnx or model.onnx, or set option.modelName");
  }

  private static List<Path> all(Path directory, String suffix) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
