package io.github.vertexj.djl;

import ai.djl.util.Utils;
import io.github.vertexj.Check;
import io.github.vertexj.StartException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where DJL will find libtorch and the JNI library that binds it, told without loading either.
 *
 * <p>DJL looks first into {@code PYTORCH_LIBRARY_PATH}, else for jars on the class path, which it
 * unpacks into its cache directory, and at last on the network, which must never happen. Versions
 * that do not fit are found here because loading them ends the process.
 *
 * @param loader finds the jars
 * @param variables DJL's lookup of an environment variable or else a system property
 * @param cache DJL's cache directory for PyTorch
 */
record NativeLibraries(
    ClassLoader loader, Function<String, @Nullable String> variables, Path cache) {
  static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";
  static final String VERSION = "PYTORCH_VERSION";
  static final String FLAVOR = "PYTORCH_FLAVOR";
  private static final String LIBTORCH = System.mapLibraryName("torch");
  private static final String JNI = System.mapLibraryName("djl_torch");
  private static final long UNPACKED_BYTES = 500L << 20;

  /** What this process will find. */
  static NativeLibraries ofProcess() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return new NativeLibraries(
        context != null ? context : NativeLibraries.class.getClassLoader(),
        Utils::getEnvOrSystemProperty,
        Utils.getEngineCacheDir("pytorch"));
  }

  /** Checks in the order in which DJL will stumble; those after a failed one are left out. */
  List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    @Nullable Properties engine = properties("pytorch-engine.properties");
    if (engine == null) {
      checks.add(
          Check.failed(
              "PyTorch engine",
              "DJL's PyTorch engine is not on the class path",
              "add ai.djl.pytorch:pytorch-engine:0.35.1"));
      return checks;
    }
    String djl = engine.getProperty("djl_version", "");
    checks.add(Check.passed("PyTorch engine", "DJL " + djl));
    @Nullable String path = variables.apply(LIBRARY_PATH);
    if (path == null) {
      new JarLibraries(this, djl, engine.getProperty("pytorch_version", "")).check(checks);
    } else {
      InstalledLibtorch.check(this, path, djl, checks);
    }
    return checks;
  }

  /** The directory among these that DJL takes libtorch from; null if none has it. */
  static @Nullable Path installed(String paths) {
    for (String path : paths.split(File.pathSeparator, -1)) {
      Path directory = Path.of(path);
      if (directory.endsWith(LIBTORCH) && Files.isRegularFile(directory)) {
        return directory.toAbsolutePath().getParent();
      }
      if (Files.isRegularFile(directory.resolve(LIBTORCH))) {
        return directory.toAbsolutePath();
      }
    }
    return null;
  }

  /** The JNI library's place in a directory; null if it has none. */
  static @Nullable Path jniIn(Path directory, String djl) {
    for (String name : List.of(djl + "-" + JNI, JNI)) {
      if (Files.isRegularFile(directory.resolve(name))) {
        return directory.resolve(name);
      }
    }
    return null;
  }

  /** The JNI library for a flavour in the jar on the class path; null if there is none. */
  @Nullable URL jniInJar(String flavor) {
    return loader.getResource("jnilib/" + classifier() + "/" + flavor + "/" + JNI);
  }

  /** The version of the JNI jar on the class path, such as 2.7.1-0.35.1; null if there is none. */
  @Nullable String jniJarVersion() {
    @Nullable Properties jar = properties("jnilib/pytorch.properties");
    return jar == null ? null : jar.getProperty("jni_version");
  }

  /** Checks that what is not unpacked yet can be. */
  Check cacheCheck(Path directory, boolean filled) {
    String subject = "DJL cache directory";
    if (filled) {
      return Check.passed(subject, directory + " holds the libraries");
    }
    Path parent = existing(directory.toAbsolutePath());
    String remedy = "make it writable, or name another by DJL_CACHE_DIR";
    if (!Files.isDirectory(parent) || !Files.isWritable(parent)) {
      return Check.failed(
          subject, parent + " cannot be written, and the libraries are not in it", remedy);
    }
    try {
      long free = Files.getFileStore(parent).getUsableSpace();
      return free < UNPACKED_BYTES
          ? Check.failed(
              subject, parent + " has only " + (free >> 20) + " MiB left of 500 MiB needed", remedy)
          : Check.passed(subject, directory + " will be filled at the first start");
    } catch (IOException e) {
      return Check.failed(subject, parent + " cannot be looked at: " + e.getMessage(), remedy);
    }
  }

  private static Path existing(Path directory) {
    Path parent = directory.getParent();
    return Files.exists(directory) || parent == null ? directory : existing(parent);
  }

  /** All property files of a name on the class path. */
  List<Properties> allProperties(String name) {
    List<Properties> all = new ArrayList<>();
    try {
      for (URL url : Collections.list(loader.getResources(name))) {
        all.add(read(url));
      }
    } catch (IOException e) {
      throw new StartException(name + " on the class path cannot be read", e);
    }
    return all;
  }

  private @Nullable Properties properties(String name) {
    List<Properties> all = allProperties(name);
    return all.isEmpty() ? null : all.get(0);
  }

  private static Properties read(URL url) throws IOException {
    Properties properties = new Properties();
    try (InputStream bytes = url.openStream()) {
      properties.load(bytes);
    }
    return properties;
  }

  /** This machine in the words of DJL's jars, such as linux-x86_64. */
  static String classifier() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    return (os.startsWith("win") ? "win" : os.startsWith("mac") ? "osx" : "linux")
        + "-"
        + (arch.equals("amd64") ? "x86_64" : arch);
  }

  /** The three numbers of a version such as 2.7.1-20250812 or 2.7.1+cu128. */
  static String numbers(String version) {
    return version.strip().split("[-+]", 2)[0];
  }
}
