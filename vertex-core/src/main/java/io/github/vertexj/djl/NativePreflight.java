package io.github.vertexj.djl;

import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.StartException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a TorchScript model needs in order to load: native libraries that fit each other, the
 * model's file, devices, threads and memory.
 *
 * <p>DJL is put into its offline mode first: nothing here or later downloads anything.
 */
final class NativePreflight {
  private static final int MEBIBYTE_SHIFT = 20;

  /** What libtorch needs besides the model, as measured with small models. */
  private static final long LIBTORCH_BYTES = 256L << MEBIBYTE_SHIFT;

  private NativePreflight() {}

  /** Checks all; libtorch is loaded to see devices, but only if it fits. */
  static List<Check> checks(DeployedModel model) {
    List<Check> checks = new ArrayList<>(nativeChecks());
    boolean usable = checks.stream().noneMatch(check -> check.verdict() == Check.Verdict.FAILED);
    @Nullable TorchSettings settings = settings(model, checks);
    if (settings == null) {
      return checks;
    }
    Path file = model.directory() == null ? null : file(model, settings, checks);
    if (usable) {
      devices(settings, file, checks);
    }
    return checks;
  }

  /** Checks the native libraries without loading them. */
  static List<Check> nativeChecks() {
    enterOfflineMode();
    List<Check> checks = new ArrayList<>();
    if (!Utils.isOfflineMode()) {
      checks.add(
          Check.failed(
              "downloads", "DJL_OFFLINE lets DJL download libraries", "remove DJL_OFFLINE"));
    }
    checks.addAll(NativeLibraries.ofProcess().checks());
    return checks;
  }

  /** Keeps DJL from downloading what is missing and from reporting its starts to its makers. */
  private static void enterOfflineMode() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  /**
   * Loads libtorch if it is not loaded yet; call it after the checks have passed.
   *
   * @throws StartException saying in one line why it cannot start
   */
  static Engine engine() {
    NativeLibraries libraries = NativeLibraries.ofProcess();
    @Nullable String path = libraries.variables().apply(NativeLibraries.LIBRARY_PATH);
    Path directory = path == null ? null : NativeLibraries.installed(path);
    if (directory != null) {
      // DJL's own guesses are the engine's version and a flavour that no JNI jar has any more
      InstalledLibtorch installed = new InstalledLibtorch(libraries, directory, "");
      String version = installed.version();
      setIfAbsent(
          NativeLibraries.VERSION, version == null ? null : NativeLibraries.numbers(version));
      setIfAbsent(NativeLibraries.FLAVOR, installed.flavor());
    }
    Thread thread = Thread.currentThread();
    ClassLoader ofCaller = thread.getContextClassLoader();
    try {
      // Libtorch stays for the life of the process, and so does a thread that JNA starts here:
      // neither may
      // hold on to a web application that is deployed above DJL.
      thread.setContextClassLoader(Engine.class.getClassLoader());
      return TorchScript.engine();
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw new StartException("PyTorch cannot start: " + reason(e), e);
    } finally {
      thread.setContextClassLoader(ofCaller);
    }
  }

  private static void setIfAbsent(String name, @Nullable String value) {
    if (value != null && Utils.getEnvOrSystemProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage()).strip().split("\\R", 2)[0];
    return message.contains("already loaded in another classloader")
        ? "libtorch is loaded already, by another web application or an earlier deployment of this one;"
            + " put DJL's jars into the servlet container's shared class loader, not into the WAR"
        : message;
  }

  private static @Nullable TorchSettings settings(DeployedModel model, List<Check> checks) {
    try {
      return TorchSettings.from(model.settings());
    } catch (StartException e) {
      checks.add(failed("settings", e));
      return null;
    }
  }

  private static @Nullable Path file(
      DeployedModel model, TorchSettings settings, List<Check> checks) {
    try {
      Path file = ModelFile.find(model.directory(), settings.modelName());
      ModelFile.checkLayout(file);
      checks.add(
          Check.passed(
              "model file",
              file
                  + ", "
                  + ForwardSignature.of(ScriptCode.read(file))
                      .map(Object::toString)
                      .orElse("forward not read")));
      return file;
    } catch (StartException e) {
      checks.add(failed("model file", e));
      return null;
    }
  }

  private static void devices(TorchSettings settings, @Nullable Path file, List<Check> checks) {
    try {
      Engine engine = engine();
      int cores = Runtime.getRuntime().availableProcessors();
      DevicePlan plan = DevicePlan.of(settings, engine.getGpuCount(), cores);
      checks.add(Check.passed("devices", plan.names() + " with libtorch " + engine.getVersion()));
      checks.add(threads(plan, cores));
      if (file != null) {
        checks.add(memory(Files.size(file)));
      }
    } catch (StartException | IOException e) {
      checks.add(failed("devices", e));
    }
  }

  /** Our messages say what is wrong and, after a semicolon, what to change. */
  static Check failed(String subject, Exception fault) {
    String[] parts = String.valueOf(fault.getMessage()).split("; ", 2);
    return Check.failed(
        subject, parts[0], parts.length > 1 ? parts[1] : "see the log for the cause");
  }

  private static Check threads(DevicePlan plan, int cores) {
    String finding =
        "%d workers with %d threads each on %d processors"
            .formatted(plan.workers(), plan.threads(), cores);
    return plan.oversubscribed(cores)
        ? Check.warned(
            "threads",
            finding,
            "lower maxWorkers or option.intraOpNumThreads: their product should not be more than "
                + cores)
        : Check.passed("threads", finding);
  }

  private static Check memory(long modelBytes) {
    long heap = Runtime.getRuntime().maxMemory();
    long limit = limit();
    String finding =
        "%d MiB for all, the Java heap may take %d of them, the model's file has %d"
            .formatted(mebibytes(limit), mebibytes(heap), mebibytes(modelBytes));
    return heap + modelBytes + LIBTORCH_BYTES > limit
        ? Check.warned("memory", finding, "lower the heap with -Xmx: tensors live outside of it")
        : Check.passed("memory", finding);
  }

  private static long limit() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize() // the container's limit where there is one
        : Long.MAX_VALUE;
  }

  private static long mebibytes(long bytes) {
    return bytes >> MEBIBYTE_SHIFT;
  }
}
