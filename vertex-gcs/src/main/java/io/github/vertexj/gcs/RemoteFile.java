package io.github.vertexj.gcs;

import com.google.cloud.storage.Blob;
import io.github.vertexj.artifact.ArtifactException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A file of a model as the bucket's listing describes it.
 *
 * @param object the object's whole name
 * @param path where it belongs in the model directory: segments with slashes between, none of which
 *     leads out of it
 * @param generation which of the object's states was listed
 * @param crc32c what its bytes must sum up to
 */
record RemoteFile(String object, String path, long generation, long bytes, int crc32c) {
  private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*");
  private static final List<String> STEPS = List.of("", ".", "..");

  /**
   * Reads an entry of a listing.
   *
   * @throws ArtifactException if it cannot become a file that can be verified
   */
  static RemoteFile of(GcsUri uri, Blob listed) throws ArtifactException {
    String object = listed.getName();
    String path = object.substring(uri.prefix().length());
    if (!staysInside(path)) {
      throw fault(uri, object, "has a name that is no path below the model directory: rename it");
    }
    String encoding = listed.getContentEncoding();
    if (encoding != null && encoding.toLowerCase(Locale.ROOT).contains("gzip")) {
      throw fault(uri, object, "is stored compressed (Content-Encoding: gzip): upload it as it is");
    }
    String crc32c = listed.getCrc32c();
    if (crc32c == null) {
      throw fault(
          uri, object, "is listed without a CRC32C: upload it without a key of your own (CSEK)");
    }
    int sum = ByteBuffer.wrap(Base64.getDecoder().decode(crc32c)).getInt();
    return new RemoteFile(object, path, listed.getGeneration(), listed.getSize(), sum);
  }

  /** Returns how many bytes files have together. */
  static long bytes(List<RemoteFile> files) {
    return files.stream().mapToLong(RemoteFile::bytes).sum();
  }

  /** Whether a path stays below a directory, on any system: Windows has backslashes and drives. */
  static boolean staysInside(String path) {
    return path.indexOf('\\') < 0
        && GcsUri.printable(path).equals(path)
        && List.of(path.split("/", -1)).stream()
            .noneMatch(segment -> STEPS.contains(segment) || DRIVE.matcher(segment).matches());
  }

  private static ArtifactException fault(GcsUri uri, String object, String remedy) {
    return new ArtifactException(uri.uriOf(object) + " " + remedy, null);
  }
}
