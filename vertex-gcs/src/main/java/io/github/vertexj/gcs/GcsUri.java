package io.github.vertexj.gcs;

import io.github.vertexj.artifact.ArtifactException;
import java.util.regex.Pattern;

/**
 * A storage URI that names a directory of a bucket.
 *
 * <p>Whatever follows the bucket is taken literally: percent signs escape nothing, and neither a
 * question mark nor a hash ends it.
 *
 * @param bucket the bucket's name
 * @param prefix what the names of all objects of the directory begin with: empty, for the whole
 *     bucket, or ending in a slash, since {@code model} would also match {@code model-old/} (C7.6)
 */
record GcsUri(String bucket, String prefix) {
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]");
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /**
   * Reads a storage URI with the scheme {@code gs}.
   *
   * @throws ArtifactException if it names no bucket
   */
  static GcsUri of(String storageUri) throws ArtifactException {
    String rest = storageUri.substring("gs://".length());
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    String directory = slash < 0 ? "" : withoutLastSlashes(rest.substring(slash + 1));
    if (CONTROL.matcher(storageUri).find()) {
      throw new ArtifactException(
          "\"%s\" holds a control character: remove it".formatted(printable(storageUri)), null);
    }
    if (!BUCKET.matcher(bucket).matches()) {
      throw new ArtifactException(
          "\"%s\" names no bucket: write gs://bucket/directory, the bucket in 3 or more of a-z, 0-9, -, _ and ."
              .formatted(storageUri),
          null);
    }
    return new GcsUri(bucket, directory.isEmpty() ? "" : directory + "/");
  }

  private static String withoutLastSlashes(String directory) {
    int end = directory.length();
    while (end > 0 && directory.charAt(end - 1) == '/') {
      end--;
    }
    return directory.substring(0, end);
  }

  /** Returns a name with its control characters replaced, fit for one line of a log. */
  static String printable(String name) {
    return CONTROL.matcher(name).replaceAll("?");
  }

  /** The name of the object that this URI would be, were it no directory; empty for a bucket. */
  String object() {
    return withoutLastSlashes(prefix);
  }

  /** The name of the directory, by which some engines choose a file in it; a bucket has its own. */
  String name() {
    String name = object().substring(object().lastIndexOf('/') + 1);
    if (name.isEmpty()) {
      return bucket;
    }
    return RemoteFile.staysInside(name) ? name : "model";
  }

  /** Returns the URI of an object in this bucket, to be shown. */
  String uriOf(String object) {
    return "gs://" + bucket + "/" + printable(object);
  }

  /** The URI, without a slash at the end. */
  @Override
  public String toString() {
    return prefix.isEmpty() ? "gs://" + bucket : uriOf(object());
  }
}
