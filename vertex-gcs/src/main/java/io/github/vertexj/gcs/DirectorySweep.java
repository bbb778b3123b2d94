package io.github.vertexj.gcs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/** The removal of everything in a directory but some files and the folders they are in. */
final class DirectorySweep extends SimpleFileVisitor<Path> {
  private final Set<Path> files;
  private final Set<Path> folders = new HashSet<>();

  private DirectorySweep(Path directory, Set<Path> files) {
    this.files = files;
    for (Path file : files) {
      for (Path folder = file.getParent();
          folder != null && folder.startsWith(directory) && folders.add(folder);
          folder = folder.getParent()) {}
    }
  }

  /** Sweeps a directory, if it exists; links are removed, never followed. */
  static void of(Path directory, Set<Path> files) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(directory, new DirectorySweep(directory, files));
    }
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!attributes.isRegularFile() || !files.contains(file)) {
      Files.delete(file);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (!folders.contains(folder)) {
      Files.delete(folder);
    }
    return FileVisitResult.CONTINUE;
  }
}
