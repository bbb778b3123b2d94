package io.github.vertexj.gcs;

import io.github.vertexj.artifact.ArtifactException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The download of files, each as pieces that several connections fetch at once.
 *
 * <p>For one thread.
 */
final class Downloads {
  private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);
  private static final int ATTEMPTS = 3;

  private final Bucket bucket;
  private final ModelFiles local;
  private final Progress progress;
  private final long pieceBytes;

  Downloads(Bucket bucket, ModelFiles local, Progress progress, long pieceBytes) {
    this.bucket = bucket;
    this.local = local;
    this.progress = progress;
    this.pieceBytes = pieceBytes;
  }

  /** The pieces of one file. */
  private record Pieces(RemoteFile file, int count, AtomicInteger missing) {}

  /** Downloads all of these files, or fails with the first fault. */
  void run(List<RemoteFile> files) throws IOException {
    List<Callable<@Nullable Void>> tasks = new ArrayList<>();
    for (RemoteFile file : files) {
      int count = (int) Math.max(1, (file.bytes() + pieceBytes - 1) / pieceBytes);
      Pieces pieces = new Pieces(file, count, new AtomicInteger(count));
      for (int piece = 0; piece < count; piece++) {
        long begin = piece * pieceBytes;
        tasks.add(() -> fetch(pieces, begin));
      }
    }
    Parallel.run(tasks);
  }

  /** Fetches a piece; who fetches the last one checks the whole file. */
  private @Nullable Void fetch(Pieces pieces, long begin) throws IOException {
    read(pieces.file, begin, Math.min(begin + pieceBytes, pieces.file.bytes()));
    if (pieces.missing.decrementAndGet() == 0) {
      finish(pieces.file);
    }
    return null;
  }

  private void read(RemoteFile file, long begin, long end) throws IOException {
    try (FileChannel part = local.openPart(file)) {
      bucket.read(
          file,
          begin,
          end,
          (bytes, position) -> {
            int count = bytes.remaining();
            write(part, bytes, position);
            progress.add(count);
          });
    }
  }

  private void write(FileChannel part, ByteBuffer bytes, long begin) throws ArtifactException {
    try {
      for (long position = begin; bytes.hasRemaining(); ) {
        position += part.write(bytes, position);
      }
    } catch (IOException e) {
      throw local.fault(e);
    }
  }

  private void finish(RemoteFile file) throws IOException {
    for (int attempt = 1; !local.keep(file); attempt++) {
      if (attempt == ATTEMPTS) {
        throw bucket.corrupt(file, attempt);
      }
      LOG.warn(
          "{} came with a wrong CRC32C; attempt {} of {}", file.object(), attempt + 1, ATTEMPTS);
      progress.add(-file.bytes());
      read(file, 0, file.bytes());
    }
  }
}
