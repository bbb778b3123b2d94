package io.github.vertexj.artifact;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The creation of a directory in which nobody else can plant a file, even below a shared one. */
final class PrivateDirectory {
  private PrivateDirectory() {}

  /**
   * Creates a directory if need be, and keeps other users out of it.
   *
   * @throws ArtifactException if it is somebody else's
   */
  static Path of(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileStore store = Files.getFileStore(directory);
    if (store.supportsFileAttributeView("posix")) {
      requireOwn(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
    return directory;
  }

  /** By a file of this process, since in a container its user often has no name. */
  private static void requireOwn(Path directory) throws IOException {
    if (Files.isWritable(directory) && !Files.isSymbolicLink(directory)) {
      Path own = Files.createTempFile(directory, "owner", null);
      try {
        if (Files.getOwner(own).equals(Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS))) {
          return;
        }
      } finally {
        Files.delete(own);
      }
    }
    throw new ArtifactException(
        "fetched models cannot be kept in %s, which another user has made: remove it, or choose another with -Djava.io.tmpdir"
            .formatted(directory),
        null);
  }
}
