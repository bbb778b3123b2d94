package io.github.vertexj.emulator;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cloud Storage, as far as batch jobs need it: {@code gs://bucket/file} is the file of that name
 * below a folder of this machine, and nothing beyond the folder can be named.
 *
 * @param root holds a folder for each bucket; null if there is none
 */
record CloudFolder(@Nullable Path root) {
  private static final String SCHEME = "gs://";

  /**
   * Returns what a URI stands for.
   *
   * @throws RefusedException if it is no {@code gs://…}, or there is no folder
   */
  Path path(String uri) {
    Path top = top();
    if (!uri.startsWith(SCHEME) || uri.length() == SCHEME.length()) {
      throw new RefusedException(
          PlatformErrors.invalidArgument("\"" + uri + "\" is no URI of Cloud Storage, gs://…"));
    }
    try {
      Path path = top.resolve(uri.substring(SCHEME.length())).normalize();
      if (path.startsWith(top) && !path.equals(top)) {
        return path;
      }
    } catch (InvalidPathException e) {
      // said below
    }
    throw new RefusedException(
        PlatformErrors.invalidArgument("\"" + uri + "\" names no file in a bucket."));
  }

  /** Returns the files of a URI whose last part may have wildcards, in the order of their names. */
  List<Path> files(String uri) throws IOException {
    int slash = uri.lastIndexOf('/');
    String name = uri.substring(slash + 1);
    List<Path> files = new ArrayList<>();
    if (name.contains("*")) {
      try (DirectoryStream<Path> found =
          Files.newDirectoryStream(path(uri.substring(0, slash)), name)) {
        found.forEach(files::add);
      }
      files.sort(null);
    } else {
      files.add(path(uri));
    }
    if (files.isEmpty() || !files.stream().allMatch(Files::isRegularFile)) {
      throw new RefusedException(PlatformErrors.notFound("There is no file " + uri + "."));
    }
    return files;
  }

  /** Returns the URI of a file below the folder. */
  String uri(Path path) {
    return SCHEME + top().relativize(path).toString().replace('\\', '/');
  }

  private Path top() {
    if (root == null) {
      throw new RefusedException(
          PlatformErrors.failedPrecondition(
              "There is no Cloud Storage here: give a folder for it by --gcs-folder."));
    }
    return root.toAbsolutePath().normalize();
  }
}
