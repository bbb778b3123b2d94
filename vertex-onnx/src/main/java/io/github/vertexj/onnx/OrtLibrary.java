package io.github.vertexj.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import io.github.vertexj.StartException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's native library in this process, made safe to stop.
 *
 * <p>The first to ask for its environment decides how much it writes to stderr, past every logger;
 * here it is nothing, since what fails is thrown as well.
 */
final class OrtLibrary {
  private static final Logger logger = LoggerFactory.getLogger(OrtLibrary.class);
  private static final OrtLoggingLevel SILENT = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
  private static final String NAME = "vertex-onnx";
  private static boolean kept;

  private OrtLibrary() {}

  /**
   * Loads the library if it is not loaded yet.
   *
   * @throws StartException saying in one line why it cannot be loaded, and what to change
   */
  static synchronized OrtEnvironment environment() {
    try {
      OrtEnvironment environment = OrtEnvironment.getEnvironment(SILENT, NAME);
      if (!kept) {
        keepAfterShutdownHook();
        kept = true;
      }
      return environment;
    } catch (LinkageError | RuntimeException e) {
      throw new StartException("ONNX Runtime cannot be loaded: " + reason(e), e);
    }
  }

  /**
   * Makes ONNX Runtime outlive its own shutdown hook.
   *
   * <p>That hook frees the environment while ours still answers what was accepted and other threads
   * load, which ends the process by a signal or fails the load. The environment is counted by those
   * who made it, so that one more of them keeps it; the Java API makes only one, hence the
   * reflection.
   */
  private static void keepAfterShutdownHook() {
    try {
      Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
      api.setAccessible(true);
      Method create =
          OrtEnvironment.class.getDeclaredMethod(
              "createHandle", long.class, int.class, String.class);
      create.setAccessible(true);
      create.invoke(null, api.getLong(null), SILENT.getValue(), NAME);
    } catch (ReflectiveOperationException | RuntimeException e) {
      logger.warn(
          "This ONNX Runtime is freed by its own shutdown hook: predictions under way may fail when"
              + " the server stops",
          e);
    }
  }

  private static String reason(Throwable failure) {
    Path directory = Path.of(System.getProperty("java.io.tmpdir"));
    if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      return "it unpacks its native library into "
          + directory
          + ", which cannot be written to; set -Djava.io.tmpdir to a directory that can";
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage()).strip().split("\\R", 2)[0];
    if (message.contains("failed to map segment")) {
      return "nothing in "
          + directory
          + " may be run (noexec); set -Djava.io.tmpdir to another directory, or unpack the native"
          + " libraries in the image and set -Donnxruntime.native.path";
    }
    if (message.contains("already loaded in another classloader")) {
      return "another web application has loaded it already, or an earlier deployment of this one; put"
          + " ONNX Runtime's jar into the servlet container's shared class loader, not into the WAR";
    }
    if (message.contains("java.library.path")) {
      return "its jar has no native library for this platform, or "
          + directory
          + " has no room for its 28 MB; free some, or set -Djava.io.tmpdir";
    }
    return message;
  }
}
