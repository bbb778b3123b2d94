package io.github.vertexj.artifact;

import io.github.vertexj.LoadProgress;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The way from a storage URI to the local directory that holds the model's files.
 *
 * <p>Stateless and thread-safe.
 */
public final class ModelDirectory {
  private static final Pattern SCHEMED = Pattern.compile("(?is)[a-z][a-z0-9+.-]*://.*|file:.*");
  private static final Set<String> BUILT_IN = Set.of("file", "gs");

  private ModelDirectory() {}

  /**
   * Returns the model directory of a storage URI, fetching it first if it is not local.
   *
   * <p>A plain path and a {@code file:} URI name the directory itself (C2.23); any other scheme is
   * left to the {@link ArtifactStore} that has it.
   *
   * @param storageUri the storage URI (C2.13), not empty
   * @param downloads where fetched models are kept, each in a directory of its own; made private
   * @param progress told how far fetching is
   * @throws ArtifactException if the URI names no readable directory, or no store has its scheme
   * @throws IOException if fetching fails
   */
  public static Path locate(String storageUri, Path downloads, LoadProgress progress)
      throws IOException {
    if (!SCHEMED.matcher(storageUri).matches()) {
      return readable(storageUri, path(storageUri));
    }
    String scheme = scheme(storageUri);
    if (scheme.equals("file")) {
      return readable(storageUri, filePath(storageUri));
    }
    ArtifactStore store = store(storageUri, scheme);
    // A model is code, so nobody else may put one there.
    Path directory = own(PrivateDirectory.of(downloads), storageUri);
    return store.fetch(storageUri, directory, progress);
  }

  /**
   * Whether a storage URI names something to be fetched rather than a local directory.
   *
   * @throws ArtifactException if it does, and no store has its scheme
   */
  public static boolean remote(String storageUri) throws ArtifactException {
    if (!SCHEMED.matcher(storageUri).matches() || scheme(storageUri).equals("file")) {
      return false;
    }
    store(storageUri, scheme(storageUri));
    return true;
  }

  private static String scheme(String storageUri) {
    return storageUri.substring(0, storageUri.indexOf(':')).toLowerCase(Locale.ROOT);
  }

  private static Path path(String storageUri) throws ArtifactException {
    try {
      return Path.of(storageUri);
    } catch (IllegalArgumentException e) {
      throw new ArtifactException("\"" + storageUri + "\" is no path: give the model directory", e);
    }
  }

  private static Path filePath(String storageUri) throws ArtifactException {
    try {
      // a space is no part of a URI, but people write it
      return Path.of(URI.create(storageUri.replace(" ", "%20")));
    } catch (IllegalArgumentException e) {
      throw new ArtifactException(
          storageUri + " names no local directory: write it as file:///the/model/directory", e);
    }
  }

  private static Path readable(String storageUri, Path directory) throws ArtifactException {
    if (!Files.exists(directory)) {
      throw fault(storageUri, "does not exist: give a model directory that does");
    }
    if (!Files.isDirectory(directory)) {
      throw fault(storageUri, "is a file: give the directory that holds it");
    }
    if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      throw fault(storageUri, "may not be read by this user: change its permissions");
    }
    return directory.toAbsolutePath().normalize();
  }

  private static ArtifactStore store(String storageUri, String scheme) throws ArtifactException {
    Set<String> known = new TreeSet<>(BUILT_IN);
    for (ArtifactStore store : ServiceLoader.load(ArtifactStore.class)) {
      if (store.scheme().equals(scheme)) {
        return store;
      }
      known.add(store.scheme());
    }
    throw scheme.equals("gs")
        ? fault(storageUri, "cannot be fetched: add io.github.vertexj:vertex-gcs to the class path")
        : fault(storageUri, "has an unknown scheme: use a path or one of " + known);
  }

  /** The directory that belongs to one URI, so that two models never mix. */
  private static Path own(Path downloads, String storageUri) {
    byte[] name = storageUri.getBytes(StandardCharsets.UTF_8);
    return downloads.resolve(UUID.nameUUIDFromBytes(name).toString());
  }

  private static ArtifactException fault(String storageUri, String remedy) {
    return new ArtifactException("model directory " + storageUri + " " + remedy, null);
  }
}
