package io.github.vertexj.djl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Archives of small models, made by scripts in {@code src/test/python}. */
final class Kinds {
  private Kinds() {}

  /** Unpacks one model of kinds.zip into a directory of its own; returns that. */
  static Path unpack(String name, Path directory) throws IOException {
    Path own = Files.createDirectories(directory.resolve(name));
    unpack("/kinds.zip", own, name + ".pt");
    return own;
  }

  /** Unpacks all of an archive, or one entry; returns the files. */
  static List<Path> unpack(String archive, Path directory, String only) throws IOException {
    List<Path> files = new ArrayList<>();
    try (InputStream bytes = Objects.requireNonNull(Kinds.class.getResourceAsStream(archive));
        ZipInputStream zip = new ZipInputStream(bytes)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (only.isEmpty() || only.equals(entry.getName())) {
          Path file = directory.resolve(entry.getName());
          Files.write(file, zip.readAllBytes());
          files.add(file);
        }
      }
    }
    if (files.isEmpty()) {
      throw new IOException(only + " is not in " + archive);
    }
    return files;
  }
}
