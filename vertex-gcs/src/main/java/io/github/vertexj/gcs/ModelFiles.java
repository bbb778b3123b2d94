package io.github.vertexj.gcs;

import io.github.vertexj.artifact.ArtifactException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/**
 * The local directory of one storage URI: the model directory, which holds whole files only, and
 * beside it {@code parts}, where they grow.
 *
 * <p>While open, it is locked against other processes. Thread-safe where files differ.
 */
final class ModelFiles implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final Path directory;
  private final Path model;
  private final Path parts;
  private final FileChannel lock;

  private ModelFiles(Path directory, String name, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
    model = directory.resolve("model").resolve(name);
    parts = directory.resolve("parts");
  }

  /**
   * Opens a directory, created if missing, as soon as no other process has it open.
   *
   * @param name what the model directory in it is to be called
   */
  static ModelFiles open(Path directory, String name) throws ArtifactException {
    try {
      Files.createDirectories(directory);
      FileChannel lock =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      ModelFiles files = new ModelFiles(directory, name, lock);
      try {
        lock.lock();
      } catch (IOException e) {
        files.close();
        throw e;
      }
      return files;
    } catch (IOException e) {
      throw Faults.ofDisk(directory, e);
    }
  }

  /** The model directory. */
  Path model() {
    return model;
  }

  /** Removes whatever is not one of these files, and all that is unfinished. */
  void clean(List<RemoteFile> files) throws ArtifactException {
    Set<Path> listed = new HashSet<>();
    files.forEach(file -> listed.add(path(file)));
    try {
      DirectorySweep.of(parts, Set.of());
      DirectorySweep.of(model, listed);
      Files.createDirectories(model);
    } catch (IOException e) {
      throw fault(e);
    }
  }

  /** Whether a file of the right size is there, whoever has put it there. */
  boolean hasSize(RemoteFile file) {
    return path(file).toFile().length() == file.bytes() && Files.isRegularFile(path(file));
  }

  /**
   * Whether a file that is there has the right bytes.
   *
   * @param read told of bytes as they have been looked at
   */
  boolean hasSum(RemoteFile file, LongConsumer read) throws ArtifactException {
    try {
      return crc32c(path(file), read) == file.crc32c();
    } catch (IOException e) {
      throw fault(e);
    }
  }

  /**
   * Removes what stands in the place of files that are to be downloaded.
   *
   * @throws ArtifactException if the disk has no room for them
   */
  void makeRoom(GcsUri uri, List<RemoteFile> missing) throws ArtifactException {
    long needed = RemoteFile.bytes(missing);
    long free;
    try {
      for (RemoteFile file : missing) {
        Files.deleteIfExists(path(file));
      }
      free = Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw fault(e);
    }
    if (free < needed) {
      throw new ArtifactException(
          "%s needs %s on the disk of %s, which has %s free: %s"
              .formatted(
                  uri, Progress.size(needed), directory, Progress.size(free), Faults.MORE_SPACE),
          null);
    }
  }

  /** Opens the growing part of a file, to be written at any place. */
  FileChannel openPart(RemoteFile file) throws ArtifactException {
    Path part = parts.resolve(file.path());
    try {
      Files.createDirectories(part.getParent());
      return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw fault(e);
    }
  }

  /**
   * Moves the grown part of a file to where it belongs, if it has the right bytes.
   *
   * <p>They are read back: what counts is what the disk holds.
   *
   * @return whether it has
   */
  boolean keep(RemoteFile file) throws ArtifactException {
    Path part = parts.resolve(file.path());
    try {
      if (Files.size(part) != file.bytes() || crc32c(part, bytes -> {}) != file.crc32c()) {
        return false;
      }
      Files.createDirectories(path(file).getParent());
      Files.move(
          part, path(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (IOException e) {
      throw fault(e);
    }
  }

  private Path path(RemoteFile file) {
    return model.resolve(file.path());
  }

  private static int crc32c(Path path, LongConsumer read) throws IOException {
    CRC32C sum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel file = FileChannel.open(path, LinkOption.NOFOLLOW_LINKS)) {
      while (file.read(buffer.clear()) >= 0) {
        read.accept(buffer.flip().remaining());
        sum.update(buffer);
      }
    }
    return (int) sum.getValue();
  }

  /** Returns the fault that a failed write below this directory is. */
  ArtifactException fault(IOException failure) {
    return Faults.ofDisk(directory, failure);
  }

  /** Lets other processes have the directory. */
  @Override
  public void close() throws ArtifactException {
    try {
      lock.close();
    } catch (IOException e) {
      throw fault(e);
    }
  }
}
