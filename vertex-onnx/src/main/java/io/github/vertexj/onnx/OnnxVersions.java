package io.github.vertexj.onnx;

/**
 * The jars of ONNX Runtime that this module is tested with; no class of theirs is needed to name
 * them.
 */
final class OnnxVersions {
  /** What a project adds that has none. */
  static final String COORDINATES = "com.microsoft.onnxruntime:onnxruntime:1.29.0";

  /** What it adds instead for GPUs. */
  static final String GPU_COORDINATES = "com.microsoft.onnxruntime:onnxruntime_gpu:1.29.0";

  private OnnxVersions() {}
}
