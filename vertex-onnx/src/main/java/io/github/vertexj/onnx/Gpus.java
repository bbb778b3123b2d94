package io.github.vertexj.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import io.github.vertexj.StartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPUs that ONNX Runtime really uses.
 *
 * <p>It takes the CPU in silence where a library of CUDA's is missing, so that a small model is run
 * on each, and the profile of that run read.
 */
final class Gpus {
  private static final Logger logger = LoggerFactory.getLogger(Gpus.class);
  private static final String CUDA = "CUDAExecutionProvider";
  private static final String TENSOR_RT = "TensorrtExecutionProvider";
  private static final Pattern PROVIDER = Pattern.compile("\"provider\"\\s*:\\s*\"(\\w+)\"");
  private static final int MOST = 64;

  private Gpus() {}

  /** The number of GPUs there are, if the settings leave room for one. */
  static int wanted(OnnxSettings settings) {
    return settings.devices().get(0).equals("cpu") ? 0 : count();
  }

  private static int count() {
    OrtLibrary.environment();
    if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
      return 0;
    }
    int gpus = 0;
    try {
      while (gpus < MOST && CUDA.equals(providerOf(new SessionSettings(gpus, 1, null)))) {
        gpus++;
      }
    } catch (StartException e) {
      if (gpus == 0) {
        logger.warn("No GPU can be used: {}", e.getMessage());
      }
    }
    return gpus;
  }

  /**
   * Checks that a session of these settings runs where they say.
   *
   * @throws StartException if it would run elsewhere
   */
  static void require(SessionSettings settings) {
    String wanted = settings.tensorRtCache() == null ? CUDA : TENSOR_RT;
    String taken = providerOf(settings);
    if (!wanted.equals(taken)) {
      throw new StartException(
          "ONNX Runtime runs on %s where %s was asked for, on GPU %d; add the libraries of CUDA, cuDNN and TensorRT that %s wants"
              .formatted(taken, wanted, settings.gpu(), OnnxVersions.GPU_COORDINATES));
    }
  }

  /**
   * Returns what runs an addition in a session of these settings.
   *
   * @throws StartException if there can be no such session
   */
  static String providerOf(SessionSettings settings) {
    OrtEnvironment environment = OrtLibrary.environment();
    try {
      Path prefix = Files.createTempDirectory("vertex-onnx").resolve("profile");
      try (OrtSession.SessionOptions options = settings.options()) {
        options.enableProfiling(prefix.toString());
        try (OrtSession session = environment.createSession(addition(), options)) {
          run(environment, session);
          Path profile = Path.of(session.endProfiling());
          String provider = provider(Files.readString(profile));
          Files.delete(profile);
          return provider;
        }
      } finally {
        Files.deleteIfExists(Objects.requireNonNull(prefix.getParent()));
      }
    } catch (OrtException e) {
      throw new StartException(
          "ONNX Runtime cannot run on "
              + (settings.gpu() == SessionSettings.CPU ? "the CPU" : "GPU " + settings.gpu())
              + " ("
              + OnnxFailures.sentence(String.valueOf(e.getMessage()))
              + ")",
          e);
    } catch (IOException e) {
      throw new StartException("the temporary directory cannot be used: " + e.getMessage(), e);
    }
  }

  private static void run(OrtEnvironment environment, OrtSession session) throws OrtException {
    try (OnnxTensor one = OnnxTensor.createTensor(environment, new float[] {1});
        OrtSession.Result result = session.run(Map.of("x", one))) {
      result.get(0);
    }
  }

  private static String provider(String profile) {
    Matcher matcher = PROVIDER.matcher(profile);
    return matcher.find() ? matcher.group(1) : "nothing";
  }

  private static byte[] addition() throws IOException {
    try (InputStream model = Gpus.class.getResourceAsStream("addition.onnx")) {
      return Objects.requireNonNull(model, "addition.onnx").readAllBytes();
    }
  }
}
