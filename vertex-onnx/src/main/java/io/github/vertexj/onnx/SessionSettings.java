package io.github.vertexj.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import io.github.vertexj.StartException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a session is made: where it runs, and with how many threads.
 *
 * @param gpu the number of its GPU; {@link #CPU} for none
 * @param threads the threads inside one operator, the caller's among them
 * @param tensorRtCache where TensorRT keeps what it has built; null if it is not used
 */
record SessionSettings(int gpu, int threads, @Nullable Path tensorRtCache) {
  static final int CPU = -1;

  /**
   * Returns the options of a session.
   *
   * @throws StartException if the device cannot be used
   */
  SessionOptions options() throws OrtException {
    SessionOptions options = new SessionOptions();
    try {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      // Threads that wait for work in a loop take the cores of those that read and write requests.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      // A plan of the memory is kept for each combination of shapes ever seen, and there is no end
      // to them.
      options.setMemoryPatternOptimization(false);
      if (gpu != CPU) {
        addGpu(options);
      }
      return options;
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  private void addGpu(SessionOptions options) {
    try {
      if (tensorRtCache != null) {
        try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(gpu)) {
          tensorRt.add("trt_engine_cache_enable", "1");
          tensorRt.add("trt_engine_cache_path", tensorRtCache.toString());
          tensorRt.add("trt_timing_cache_enable", "1");
          options.addTensorrt(tensorRt);
        }
      }
      try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(gpu)) {
        // What is asked for, not the next power of two: a peak takes no more than it needs.
        cuda.add("arena_extend_strategy", "kSameAsRequested");
        options.addCUDA(cuda);
      }
    } catch (OrtException e) {
      throw new StartException(
          "ONNX Runtime cannot use GPU %d (%s); put %s in place of onnxruntime, with CUDA%s and cuDNN in the image"
              .formatted(
                  gpu,
                  OnnxFailures.sentence(String.valueOf(e.getMessage())),
                  OnnxVersions.GPU_COORDINATES,
                  tensorRtCache == null ? "" : ", TensorRT"),
          e);
    }
  }

  /** The arenas that a run may shrink. */
  String arenas() {
    return gpu == CPU ? "cpu:0" : "cpu:0;gpu:" + gpu;
  }
}
