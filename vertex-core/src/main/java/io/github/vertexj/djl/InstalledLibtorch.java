package io.github.vertexj.djl;

import io.github.vertexj.Check;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks a libtorch that the machine brings, named by {@code PYTORCH_LIBRARY_PATH}. */
final class InstalledLibtorch {
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+[\\w+.]*");

  /**
   * A function that the JNI library calls and that libtorch 2.10 no longer has. The engine would
   * start without it, and the first model end the process.
   */
  private static final String WITNESS = "_ZN3c104impl12PyObjectSlotC1Ev";

  private InstalledLibtorch() {}

  static void check(NativeLibraries libraries, String path, String djl, List<Check> checks) {
    Path directory = NativeLibraries.installed(path);
    if (directory == null) {
      checks.add(
          Check.failed(
              "libtorch",
              NativeLibraries.LIBRARY_PATH + " names no directory with libtorch: " + path,
              "name the directory that holds " + System.mapLibraryName("torch")));
      return;
    }
    String version = version(directory);
    String known = version == null ? "of unknown version" : version;
    @Nullable Path beside = NativeLibraries.jniIn(directory, djl);
    @Nullable String jar = libraries.jniJarVersion();
    if (beside == null && jar == null) {
      checks.add(
          Check.failed(
              "PyTorch JNI library",
              "there is none in " + directory + " nor on the class path",
              "add ai.djl.pytorch:pytorch-jni:2.7.1-0.35.1"));
    } else if (beside == null && !sameLine(version, jar)) {
      checks.add(unfit(directory, known, jar));
    } else {
      checkFit(libraries, directory, known, beside, jar, checks);
    }
  }

  private static void checkFit(
      NativeLibraries libraries,
      Path directory,
      String version,
      @Nullable Path beside,
      @Nullable String jar,
      List<Check> checks) {
    String flavor = flavor(libraries, directory);
    var inJar = libraries.jniInJar(flavor);
    if (beside == null && inJar == null) {
      checks.add(
          Check.failed(
              "PyTorch JNI library",
              jar + " on the class path has none for the flavour " + flavor,
              "set PYTORCH_FLAVOR to the one it has, such as cpu or cu128"));
      return;
    }
    try (InputStream jni = beside != null ? Files.newInputStream(beside) : inJar.openStream()) {
      Path core = directory.resolve(System.mapLibraryName("c10"));
      if (holds(jni, WITNESS)
          && Files.exists(core)
          && !holds(Files.newInputStream(core), WITNESS)) {
        checks.add(unfit(directory, version, beside != null ? beside.toString() : jar));
        return;
      }
    } catch (IOException e) {
      checks.add(
          Check.failed("libtorch", directory + " cannot be read: " + e, "check its permissions"));
      return;
    }
    checks.add(Check.passed("libtorch", version + " in " + directory));
    checks.add(
        Check.passed(
            "PyTorch JNI library", beside != null ? beside.toString() : jar + " " + flavor));
  }

  private static Check unfit(Path directory, String version, @Nullable String jni) {
    return Check.failed(
        "libtorch",
        "libtorch %s in %s does not fit the JNI library %s and would end the process"
            .formatted(version, directory, jni),
        "install libtorch 2.7.1 and name its directory by " + NativeLibraries.LIBRARY_PATH);
  }

  /** Whether a libtorch and a JNI library are of one minor version; an unknown one may be. */
  private static boolean sameLine(@Nullable String libtorch, @Nullable String jni) {
    return libtorch == null || jni == null || line(libtorch).equals(line(jni));
  }

  private static String line(String version) {
    String numbers = NativeLibraries.numbers(version);
    return numbers.substring(0, Math.max(0, numbers.lastIndexOf('.')));
  }

  /** The flavour of JNI library that DJL is to look for. */
  static String flavor(NativeLibraries libraries, Path directory) {
    @Nullable String set = libraries.variables().apply(NativeLibraries.FLAVOR);
    if (set != null && !set.isEmpty()) {
      return set;
    }
    if (!Files.exists(directory.resolve(System.mapLibraryName("torch_cuda")))) {
      return "cpu";
    }
    String version = version(directory);
    int plus = version == null ? -1 : version.indexOf("+cu");
    return plus < 0 || version == null ? "cu128" : version.substring(plus + 1);
  }

  /** The version that libtorch's own files name; null if none does. */
  static @Nullable String version(Path directory) {
    for (String file : List.of("../version.py", "../build-version", "build-version")) {
      Path source = directory.resolve(file).normalize();
      try {
        Matcher version = VERSION.matcher(Files.exists(source) ? Files.readString(source) : "");
        if (version.find()) {
          return version.group();
        }
      } catch (IOException e) {
        continue; // then another file may name it
      }
    }
    return null;
  }

  private static boolean holds(InputStream library, String symbol) throws IOException {
    try (library) {
      // Latin-1 keeps every byte; these two libraries are 1 and 4 MB
      return new String(library.readAllBytes(), StandardCharsets.ISO_8859_1).contains(symbol);
    }
  }
}
