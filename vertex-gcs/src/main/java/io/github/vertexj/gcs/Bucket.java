package io.github.vertexj.gcs;

import com.google.api.gax.paging.Page;
import com.google.cloud.ReadChannel;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobField;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.StorageException;
import io.github.vertexj.artifact.ArtifactException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A directory of a bucket: its listing and the bytes of its objects, through faults that pass.
 *
 * <p>Thread-safe.
 */
final class Bucket {
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Takes bytes as they come. */
  interface Sink {
    void write(ByteBuffer bytes, long position) throws ArtifactException;
  }

  private final GcsUri uri;
  private final Storage storage;
  private final Patience patience;
  private final Faults faults;

  Bucket(GcsUri uri, Storage storage, Patience patience) {
    this.uri = uri;
    this.storage = storage;
    this.patience = patience;
    this.faults = new Faults(uri, storage.getOptions().getCredentials(), patience);
  }

  /**
   * Returns the files of the directory, which has at least one; objects whose names end in a slash
   * only stand for folders, and are none.
   */
  List<RemoteFile> list() throws ArtifactException {
    List<RemoteFile> files = new ArrayList<>();
    for (Page<Blob> page = ask(this::firstPage); page != null; page = next(page)) {
      for (Blob listed : page.getValues()) {
        if (!listed.getName().endsWith("/")) {
          files.add(RemoteFile.of(uri, listed));
        }
      }
    }
    if (files.isEmpty()) {
      throw empty();
    }
    refuseClash(files);
    return files;
  }

  /** Object names are no paths: {@code a} and {@code a/b} may both exist. */
  private void refuseClash(List<RemoteFile> files) throws ArtifactException {
    Set<String> paths = new HashSet<>();
    files.forEach(file -> paths.add(file.path()));
    for (String path : paths) {
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        String folder = path.substring(0, slash);
        if (paths.contains(folder)) {
          throw new ArtifactException(
              uri.uriOf(uri.prefix() + folder) + " is both a file and a folder: rename one", null);
        }
      }
    }
  }

  private Page<Blob> firstPage() {
    return storage.list(
        uri.bucket(),
        BlobListOption.prefix(uri.prefix()),
        BlobListOption.fields(
            BlobField.NAME,
            BlobField.GENERATION,
            BlobField.SIZE,
            BlobField.CRC32C,
            BlobField.CONTENT_ENCODING));
  }

  private @Nullable Page<Blob> next(Page<Blob> page) throws ArtifactException {
    return page.hasNextPage() ? ask(page::getNextPage) : null;
  }

  private <T extends @Nullable Object> T ask(Supplier<T> question) throws ArtifactException {
    Retries retries = new Retries(uri.toString(), patience, faults::ofListing);
    while (true) {
      try {
        return question.get();
      } catch (StorageException e) {
        retries.pauseAfter(e);
      }
    }
  }

  private ArtifactException empty() throws ArtifactException {
    String object = uri.object();
    boolean file =
        !object.isEmpty() && ask(() -> storage.get(BlobId.of(uri.bucket(), object))) != null;
    return new ArtifactException(
        file
            ? uri + " is an object: give the directory that holds it"
            : uri + " holds no objects: check its spelling, or copy the model there",
        null);
  }

  /**
   * Reads a range of a file's bytes, after a fault from where it happened.
   *
   * @param sink is given each byte once, in order
   */
  void read(RemoteFile file, long begin, long end, Sink sink) throws ArtifactException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    Retries retries =
        new Retries(
            uri.uriOf(file.object()), patience, failure -> faults.ofDownload(file, failure));
    long position = begin;
    while (position < end) {
      try (ReadChannel channel = open(file, position, end)) {
        while (position < end) {
          int count = fill(buffer, channel, end - position);
          sink.write(buffer, position);
          position += count;
        }
      } catch (ArtifactException e) {
        throw e; // of the sink
      } catch (IOException | StorageException e) {
        retries.pauseAfter(e);
      }
    }
  }

  /**
   * Returns the fault that a file is which comes with wrong bytes however often it is asked for.
   */
  ArtifactException corrupt(RemoteFile file, int attempts) {
    return new ArtifactException(
        "%s came with a wrong CRC32C %d times in a row: check for a proxy that changes it, or upload it again"
            .formatted(uri.uriOf(file.object()), attempts),
        null);
  }

  private ReadChannel open(RemoteFile file, long begin, long end) throws IOException {
    ReadChannel channel = storage.reader(BlobId.of(uri.bucket(), file.object(), file.generation()));
    channel.setChunkSize(0); // bytes go straight into our buffer
    channel.seek(begin);
    channel.limit(end);
    return channel;
  }

  private static int fill(ByteBuffer buffer, ReadChannel channel, long wanted) throws IOException {
    buffer.clear().limit((int) Math.min(buffer.capacity(), wanted));
    int count = channel.read(buffer);
    if (count < 0) {
      throw new EOFException("the connection ended early");
    }
    buffer.flip();
    return count;
  }
}
