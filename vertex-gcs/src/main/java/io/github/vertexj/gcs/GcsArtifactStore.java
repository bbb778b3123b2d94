package io.github.vertexj.gcs;

import com.google.cloud.storage.Storage;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.artifact.ArtifactException;
import io.github.vertexj.artifact.ArtifactStore;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The artifact store of {@code gs://bucket/directory}: Cloud Storage, read as the identity that
 * Application Default Credentials give (C7.5).
 *
 * <p>The model directory is made equal to the bucket's: files that are there with the listed size
 * and CRC32C are kept, others fetched by several connections at once, and those that the bucket
 * does not have are removed. A file stands in the model directory only when its CRC32C was right
 * (C7.10). Faults that may pass are retried for up to a few minutes; any other is an {@link
 * ArtifactException}.
 *
 * <p>With the system property {@code vertex.gcs.host}, such as {@code http://localhost:4443}, an
 * emulator is asked instead of Cloud Storage, without credentials.
 *
 * <p>Thread-safe; one URI is fetched at a time.
 */
public final class GcsArtifactStore implements ArtifactStore {
  static final String EMULATOR = "vertex.gcs.host";

  private static final Logger LOG = LoggerFactory.getLogger(GcsArtifactStore.class);
  private static final Object ONE_AT_A_TIME = new Object();
  static final long PIECE_BYTES = 32L * 1024 * 1024;

  /** The way to Cloud Storage, taken only when something is to be fetched. */
  interface Connection {
    Storage open() throws ArtifactException;
  }

  private final Connection connection;
  private final Patience patience;
  private final long pieceBytes;

  /** Creates a store, as {@link java.util.ServiceLoader} does. */
  public GcsArtifactStore() {
    this(
        () -> StorageClient.connect(System.getProperty(EMULATOR), Patience.USUAL),
        Patience.USUAL,
        PIECE_BYTES);
  }

  GcsArtifactStore(Connection connection, Patience patience, long pieceBytes) {
    this.connection = connection;
    this.patience = patience;
    this.pieceBytes = pieceBytes;
  }

  @Override
  public String scheme() {
    return "gs";
  }

  @Override
  public Path fetch(String storageUri, Path directory, LoadProgress progress) throws IOException {
    GcsUri uri = GcsUri.of(storageUri);
    progress.report("listing " + uri);
    Bucket bucket = new Bucket(uri, connection.open(), patience);
    List<RemoteFile> files = bucket.list();
    progress.report("waiting for other downloads"); // what health says should there be any
    synchronized (ONE_AT_A_TIME) { // the lock on the directory is between processes
      try (ModelFiles local = ModelFiles.open(directory, uri.name())) {
        local.clean(files);
        List<RemoteFile> missing = new ArrayList<>(files);
        missing.removeAll(kept(files, local, progress));
        local.makeRoom(uri, missing);
        LOG.info(
            "{}: downloading {} of {} files, {}",
            uri,
            missing.size(),
            files.size(),
            Progress.size(RemoteFile.bytes(missing)));
        Progress downloading = progress("downloading", missing, progress);
        new Downloads(bucket, local, downloading, pieceBytes).run(missing);
        LOG.info("{} is complete in {}", uri, local.model());
        return local.model();
      } catch (InvalidPathException e) {
        throw Faults.ofName(uri, e);
      }
    }
  }

  /** The files that an earlier start has left, whole. */
  private static Set<RemoteFile> kept(
      List<RemoteFile> files, ModelFiles local, LoadProgress listener) throws IOException {
    List<RemoteFile> candidates = new ArrayList<>(files);
    candidates.removeIf(file -> !local.hasSize(file));
    Set<RemoteFile> kept = ConcurrentHashMap.newKeySet();
    if (!candidates.isEmpty()) {
      Progress checking = progress("checking earlier downloads", candidates, listener);
      List<Callable<@Nullable Void>> checks = new ArrayList<>();
      for (RemoteFile file : candidates) {
        checks.add(
            () -> {
              if (local.hasSum(file, checking::add)) {
                kept.add(file);
              }
              return null;
            });
      }
      Parallel.run(checks);
    }
    return kept;
  }

  private static Progress progress(String activity, List<RemoteFile> files, LoadProgress listener) {
    return new Progress(activity, RemoteFile.bytes(files), listener, System::nanoTime);
  }
}
