package io.github.vertexj.djl;

import io.github.vertexj.Check;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Checks libtorch and its JNI library in jars on the class path.
 *
 * @param djl the engine's version
 * @param libtorch the version of libtorch that the engine was made for
 */
record JarLibraries(NativeLibraries libraries, String djl, String libtorch) {

  void check(List<Check> checks) {
    String classifier = NativeLibraries.classifier();
    List<Properties> jars = libraries.allProperties("native/lib/pytorch.properties");
    Optional<Properties> ours =
        jars.stream()
            .filter(jar -> jar.getProperty("classifier", "").endsWith(classifier))
            .max(Comparator.comparing(jar -> jar.getProperty("flavor", "")));
    if (ours.isEmpty()) {
      checks.add(
          Check.failed(
              "libtorch",
              jars.isEmpty()
                  ? "libtorch is not on the class path"
                  : "libtorch is on the class path, but not for " + classifier,
              "add ai.djl.pytorch:pytorch-native-cpu:%s:%s, or name an installed libtorch %s by %s"
                  .formatted(libtorch, classifier, libtorch, NativeLibraries.LIBRARY_PATH)));
      return;
    }
    String version = ours.get().getProperty("version", "");
    String flavor = ours.get().getProperty("flavor", "cpu");
    if (checkOverride(version, checks)) {
      checks.add(Check.passed("libtorch", version + " " + flavor + " for " + classifier));
      checkJni(version, flavor, checks);
    }
  }

  /** DJL downloads the version that is asked for when it is not the one in the jar. */
  private boolean checkOverride(String version, List<Check> checks) {
    @Nullable String override = libraries.variables().apply(NativeLibraries.VERSION);
    if (override == null || override.isEmpty() || version.startsWith(override)) {
      return true;
    }
    checks.add(
        Check.failed(
            "libtorch",
            "PYTORCH_VERSION is " + override + ", but the class path has " + version,
            "remove PYTORCH_VERSION"));
    return false;
  }

  private void checkJni(String version, String flavor, List<Check> checks) {
    Path directory =
        libraries.cache().resolve(version + "-" + flavor + "-" + NativeLibraries.classifier());
    boolean unpacked = Files.exists(directory.resolve(System.mapLibraryName("torch")));
    boolean cached = unpacked && NativeLibraries.jniIn(directory, djl) != null;
    String wanted = NativeLibraries.numbers(version) + "-" + djl;
    @Nullable String found = libraries.jniJarVersion();
    if (!cached && (found == null || !found.startsWith(wanted))) {
      checks.add(missing(found, wanted));
    } else if (!cached && libraries.jniInJar(flavor) == null) {
      checks.add(missing(found + " without " + flavor, wanted));
    } else {
      checks.add(Check.passed("PyTorch JNI library", cached ? wanted + ", unpacked" : wanted));
      checks.add(libraries.cacheCheck(directory, cached));
    }
  }

  private static Check missing(@Nullable String found, String wanted) {
    return Check.failed(
        "PyTorch JNI library",
        found == null
            ? "the JNI library for libtorch is not on the class path"
            : "the JNI library on the class path is " + found + ", not " + wanted,
        "add ai.djl.pytorch:pytorch-jni:" + wanted);
  }
}
