package io.github.vertexj.djl;

import io.github.vertexj.Check;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks a libtorch that the machine brings, named by {@code PYTORCH_LIBRARY_PATH}.
 *
 * @param directory where it lies
 * @param djl the engine's version
 */
record InstalledLibtorch(NativeLibraries libraries, Path directory, String djl) {
  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+[\\w+.]*");
  private static final String FITTING = "2.7.1";

  /**
   * A function that the JNI library calls and that libtorch 2.10 no longer has. The engine would
   * start without it, and the first model end the process.
   */
  private static final String WITNESS = "_ZN3c104impl12PyObjectSlotC1Ev";

  /** A JNI library: how it is called in a finding, and its bytes. */
  private record Jni(String name, URL library) {}

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
    try {
      new InstalledLibtorch(libraries, directory, djl).check(checks);
    } catch (IOException e) {
      checks.add(
          Check.failed("libtorch", directory + " cannot be read: " + e, "check its permissions"));
    }
  }

  private void check(List<Check> checks) throws IOException {
    Path beside = NativeLibraries.jniIn(directory, djl);
    if (beside != null) {
      checkFit(new Jni(beside.toString(), beside.toUri().toURL()), checks);
      return;
    }
    String jar = libraries.jniJarVersion();
    String flavor = flavor();
    URL library = libraries.jniInJar(flavor);
    if (jar == null) {
      checks.add(
          Check.failed(
              "PyTorch JNI library",
              "there is none in " + directory + " nor on the class path",
              "add ai.djl.pytorch:pytorch-jni:" + FITTING + "-" + djl));
    } else if (!sameLine(version(), jar)) {
      checks.add(unfit(jar));
    } else if (library == null) {
      checks.add(
          Check.failed(
              "PyTorch JNI library",
              jar + " on the class path has none for the flavour " + flavor,
              "set PYTORCH_FLAVOR to the one it has, such as cpu or cu128"));
    } else {
      checkFit(new Jni(jar + " " + flavor, library), checks);
    }
  }

  private void checkFit(Jni jni, List<Check> checks) throws IOException {
    Path core = directory.resolve(System.mapLibraryName("c10"));
    if (holds(jni.library(), WITNESS)
        && Files.exists(core)
        && !holds(core.toUri().toURL(), WITNESS)) {
      checks.add(unfit(jni.name()));
      return;
    }
    checks.add(Check.passed("libtorch", known() + " in " + directory));
    checks.add(Check.passed("PyTorch JNI library", jni.name()));
  }

  private Check unfit(String jni) {
    return Check.failed(
        "libtorch",
        "libtorch %s in %s does not fit the JNI library %s and would end the process"
            .formatted(known(), directory, jni),
        "install libtorch "
            + FITTING
            + " and name its directory by "
            + NativeLibraries.LIBRARY_PATH);
  }

  private String known() {
    String version = version();
    return version == null ? "of unknown version" : version;
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
  String flavor() {
    String set = libraries.variables().apply(NativeLibraries.FLAVOR);
    if (set != null && !set.isEmpty()) {
      return set;
    }
    if (!Files.exists(directory.resolve(System.mapLibraryName("torch_cuda")))) {
      return "cpu";
    }
    String version = version();
    int plus = version == null ? -1 : version.indexOf("+cu");
    return version == null || plus < 0 ? "cu128" : version.substring(plus + 1);
  }

  /** The version that libtorch's own files name; null if none does. */
  @Nullable String version() {
    for (String file : List.of("../version.py", "../build-version", "build-version")) {
      Matcher version = VERSION.matcher(text(directory.resolve(file).normalize()));
      if (version.find()) {
        return version.group();
      }
    }
    return null;
  }

  private static String text(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return ""; // another file may name it
    }
  }

  private static boolean holds(URL library, String symbol) throws IOException {
    try (InputStream bytes = library.openStream()) {
      // Latin-1 keeps every byte; these libraries are 1 and 4 MB
      return new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1).contains(symbol);
    }
  }
}
