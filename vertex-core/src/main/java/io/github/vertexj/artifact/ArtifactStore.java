package io.github.vertexj.artifact;

import io.github.vertexj.LoadProgress;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A place that model files are fetched from, for one scheme of storage URIs.
 *
 * <p>Found with {@link java.util.ServiceLoader} ({@code
 * META-INF/services/io.github.vertexj.artifact.ArtifactStore}). Local paths need none. Used by one
 * thread, before the model is loaded.
 */
public interface ArtifactStore {

  /** The scheme of the storage URIs this store fetches, in lower case, such as {@code gs}. */
  String scheme();

  /**
   * Fetches everything below a storage URI.
   *
   * <p>A restart may find a directory that an earlier fetch of the same URI left half filled
   * (C7.10): a file must be complete and verified before it stands there under its own name.
   *
   * @param storageUri the URI as it was given: percent signs in it escape nothing, and whether it
   *     ends in a slash means nothing (C7.2)
   * @param directory where the files go; created if missing, used for no other URI
   * @param progress told how much has come; its text is what health says meanwhile
   * @return the model directory: {@code directory} or one below it
   * @throws IOException if the files cannot be had; an {@link ArtifactException} if the message
   *     alone tells what to change
   */
  Path fetch(String storageUri, Path directory, LoadProgress progress) throws IOException;
}
