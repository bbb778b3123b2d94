package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.Check;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLibrariesTest {
  private static final String PLATFORM = NativeLibraries.classifier();
  private static final String LIBTORCH = System.mapLibraryName("torch");
  private static final String JNI = System.mapLibraryName("djl_torch");
  private static final String CALLS_A_FUNCTION = "…_ZN3c104impl12PyObjectSlotC1Ev…";

  @TempDir Path temporary;
  private final Map<String, String> variables = new HashMap<>();
  private Path classPath;
  private Path cache;

  @BeforeEach
  void startWithTheEngine() throws IOException {
    classPath = Files.createDirectory(temporary.resolve("classes"));
    cache = temporary.resolve("cache").resolve("pytorch");
    jar("pytorch-engine.properties", "djl_version=0.35.1\npytorch_version=2.7.1");
  }

  @Test
  void checks_noLibtorch_namesTheArtifactToAdd() throws IOException {
    Check check = failed();

    assertThat(check.finding()).isEqualTo("libtorch is not on the class path");
    assertThat(check.remedy())
        .startsWith("add ai.djl.pytorch:pytorch-native-cpu:2.7.1:" + PLATFORM + ", or ");
  }

  @Test
  void checks_libtorchForAnotherMachine_saysSo() throws IOException {
    jar("native/lib/pytorch.properties", "version=2.7.1\nflavor=cpu\nclassifier=solaris-sparc");

    assertThat(failed().finding())
        .isEqualTo("libtorch is on the class path, but not for " + PLATFORM);
  }

  @Test
  void checks_noJni_namesTheArtifactToAdd() throws IOException {
    addLibtorch();

    assertThat(failed().remedy()).isEqualTo("add ai.djl.pytorch:pytorch-jni:2.7.1-0.35.1");
  }

  @Test
  void checks_jniOfAnotherVersion_saysWhich() throws IOException {
    addLibtorch();
    addJni("2.5.1-0.32.0", "cpu");

    assertThat(failed().finding())
        .isEqualTo("the JNI library on the class path is 2.5.1-0.32.0, not 2.7.1-0.35.1");
  }

  @Test
  void checks_all_passes() throws IOException {
    addLibtorch();
    addJni("2.7.1-0.35.1", "cpu");

    assertThat(checks()).allMatch(check -> check.verdict() == Check.Verdict.PASSED);
    assertThat(checks())
        .extracting(Check::finding)
        .contains("2.7.1-20250812 cpu for " + PLATFORM, "2.7.1-0.35.1");
  }

  @Test
  void checks_cacheThatCannotBeWritten_fails() throws IOException {
    addLibtorch();
    addJni("2.7.1-0.35.1", "cpu");
    Files.createFile(temporary.resolve("cache")); // a file where a directory has to be

    assertThat(failed().subject()).isEqualTo("DJL cache directory");
    assertThat(failed().remedy()).contains("DJL_CACHE_DIR");
  }

  @Test
  void checks_cacheFilled_needsNoJniJar() throws IOException {
    addLibtorch();
    Path directory = cache.resolve("2.7.1-20250812-cpu-" + PLATFORM);
    write(directory.resolve(LIBTORCH), "");
    write(directory.resolve("0.35.1-" + JNI), "");

    assertThat(checks()).allMatch(check -> check.verdict() == Check.Verdict.PASSED);
  }

  @Test
  void checks_versionForcedToAnother_wouldDownloadAndFails() throws IOException {
    addLibtorch();
    addJni("2.7.1-0.35.1", "cpu");
    variables.put("PYTORCH_VERSION", "2.5.1");

    assertThat(failed().remedy()).isEqualTo("remove PYTORCH_VERSION");
  }

  @Test
  void checks_libraryPathWithoutLibtorch_fails() throws IOException {
    variables.put("PYTORCH_LIBRARY_PATH", temporary.toString());

    assertThat(failed().finding())
        .isEqualTo("PYTORCH_LIBRARY_PATH names no directory with libtorch: " + temporary);
  }

  @Test
  void checks_installedLibtorchOfTheSameLine_passes() throws IOException {
    install("2.7.1+cu128", CALLS_A_FUNCTION, true);
    addJni("2.7.1-0.35.1", "cu128");

    assertThat(checks())
        .allMatch(check -> check.verdict() == Check.Verdict.PASSED)
        .extracting(Check::finding)
        .contains("2.7.1-0.35.1 cu128");
  }

  /** Found by running them: such a pair starts and ends the process at the first model. */
  @Test
  void checks_installedLibtorchIsNewer_failsBeforeItIsLoaded() throws IOException {
    install("2.13.0", "", false);
    addJni("2.7.1-0.35.1", "cpu");

    assertThat(failed().finding())
        .contains("libtorch 2.13.0 in ")
        .contains("does not fit the JNI library 2.7.1-0.35.1 and would end the process");
  }

  @Test
  void checks_installedLibtorchOfUnknownVersionLacksAFunction_fails() throws IOException {
    Path library = install(null, "", false);
    addJni("2.7.1-0.35.1", "cpu");
    assertThat(failed().finding()).contains("of unknown version").contains("would end the process");

    write(library.resolve(JNI), CALLS_A_FUNCTION);
    assertThat(failed().finding()).contains("would end the process");

    write(library.resolve(System.mapLibraryName("c10")), CALLS_A_FUNCTION);
    assertThat(checks()).allMatch(check -> check.verdict() == Check.Verdict.PASSED);
  }

  @Test
  void checks_flavorThatTheJniJarLacks_namesTheVariable() throws IOException {
    install("2.7.1", CALLS_A_FUNCTION, false);
    addJni("2.7.1-0.35.1", "cpu");
    variables.put("PYTORCH_FLAVOR", "cpu-precxx11");

    assertThat(failed().remedy()).startsWith("set PYTORCH_FLAVOR");
  }

  @Test
  void ofProcess_findsWhatTheTestsRunWith() {
    assertThat(NativeLibraries.ofProcess().checks())
        .allMatch(check -> check.verdict() == Check.Verdict.PASSED);
  }

  private void addLibtorch() throws IOException {
    jar(
        "native/lib/pytorch.properties",
        "version=2.7.1-20250812\nflavor=cpu\nclassifier=" + PLATFORM);
  }

  private void addJni(String version, String flavor) throws IOException {
    jar("jnilib/pytorch.properties", "jni_version=" + version);
    jar("jnilib/" + PLATFORM + "/" + flavor + "/" + JNI, CALLS_A_FUNCTION);
  }

  private Path install(String version, String core, boolean cuda) throws IOException {
    Path library = temporary.resolve("torch").resolve("lib");
    write(library.resolve(LIBTORCH), "");
    write(library.resolve(System.mapLibraryName("c10")), core);
    if (cuda) {
      write(library.resolve(System.mapLibraryName("torch_cuda")), "");
    }
    if (version != null) {
      write(temporary.resolve("torch/version.py"), "__version__ = '" + version + "'\n");
    }
    variables.put("PYTORCH_LIBRARY_PATH", library.toString());
    return library;
  }

  private void jar(String name, String text) throws IOException {
    write(classPath.resolve(name), text);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private List<Check> checks() throws IOException {
    URL[] urls = {classPath.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, null)) {
      return new NativeLibraries(loader, variables::get, cache).checks();
    }
  }

  private Check failed() throws IOException {
    List<Check> checks = checks();
    Check last = checks.get(checks.size() - 1);
    assertThat(last.verdict()).isEqualTo(Check.Verdict.FAILED);
    return last;
  }
}
