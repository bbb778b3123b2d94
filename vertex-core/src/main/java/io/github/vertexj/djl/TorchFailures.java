package io.github.vertexj.djl;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells by their messages what libtorch's failures mean: too little memory, a lost device, tensors
 * of a shape the model cannot take, or something else.
 *
 * <p>The messages hold the model author's file names and source lines, so callers are shown none of
 * it but an operator's own sentence about shapes.
 */
final class TorchFailures {
  private static final Pattern OUT_OF_MEMORY =
      any(
          "out of memory",
          "can't allocate memory",
          "not enough memory: you tried to allocate",
          "std::bad_alloc",
          "CUBLAS_STATUS_ALLOC_FAILED",
          "CUDNN_STATUS_ALLOC_FAILED");
  private static final Pattern DEVICE_LOST =
      any(
          "device-side assert triggered",
          "illegal memory access",
          "illegal instruction was encountered",
          "misaligned address",
          "invalid program counter",
          "operation not supported on global/shared address space",
          "hardware stack error",
          "unspecified launch failure",
          "launch timed out and was terminated",
          "uncorrectable (NVLink|ECC) error",
          "CUDA-capable device\\(?s?\\)? (is|are) busy or unavailable",
          "no CUDA-capable device is detected",
          "context is destroyed",
          "driver shutting down",
          "CUDA error: unknown error",
          "CUDNN_STATUS_EXECUTION_FAILED",
          "GPU (is lost|has fallen off the bus)");
  private static final Pattern WRONG_SHAPE =
      any(
          "shapes cannot be multiplied",
          "size mismatch",
          "must match the size of tensor",
          "must match the existing size",
          "must match except in dimension",
          "is invalid for input of size",
          "expected \\d+D.*(input|tensor)",
          "expected .*\\d+ ?-?(D|dim|dimension)",
          "expected input.* to have \\d+ (channels|elements)",
          "to have \\d+ channels, but got",
          "input\\.size\\(-1\\) must be equal to",
          "got input(s)? of size",
          "with (normalized_)?shape.*but got input of size",
          "dimension out of range",
          "dimension specified as .* but tensor has no dimensions",
          "kernel size can't be greater than actual input size",
          "calculated (padded )?input size",
          "output size is too small",
          "inconsistent tensor size",
          "number of dimensions .* (must be|does not match|can't be)",
          "not enough values to unpack",
          "too many indices for tensor of dimension",
          "index out of range in self",
          "index \\d+ is out of bounds for dimension",
          "batch1|must be (a )?(1-D|2-D|3-D|4-D)");
  private static final Pattern PATH_OR_SOURCE = Pattern.compile("[/\\\\]|\\.py\\b|~~~|[\"'`<>{}]");
  private static final Pattern ERROR_CLASS =
      Pattern.compile("^(builtins\\.)?(\\w*(Error|Exception))(: |$)");
  private static final int LONGEST_SENTENCE = 200;

  private TorchFailures() {}

  private static Pattern any(String... parts) {
    return Pattern.compile(String.join("|", parts), Pattern.CASE_INSENSITIVE);
  }

  /**
   * Returns what to throw for a failed call.
   *
   * @param instance types and shapes of an instance, for the caller of a wrong shape
   */
  static RuntimeException call(RuntimeException failure, Object instance) {
    String message = String.valueOf(failure.getMessage());
    if (DEVICE_LOST.matcher(message).find()) {
      return new DeviceLostException("the GPU failed: " + lastLine(message), failure);
    }
    if (OUT_OF_MEMORY.matcher(lastLine(message)).find()) {
      return new OutOfMemoryException("out of memory: " + lastLine(message), failure);
    }
    String sentence = lastLine(message);
    if (!raisedByScript(message) && WRONG_SHAPE.matcher(sentence).find()) {
      InvalidInputException invalid =
          new InvalidInputException(
              "the model cannot take an instance of " + instance + shown(sentence));
      invalid.initCause(failure);
      return invalid;
    }
    return failure;
  }

  /** Returns what to throw for a file that libtorch refuses, in one line. */
  static IllegalStateException load(Path file, Exception failure) {
    return new IllegalStateException(
        file
            + " cannot be loaded as TorchScript ("
            + lastLine(String.valueOf(failure.getMessage()))
            + "); save it with torch.jit.script or torch.jit.trace of a PyTorch not newer than"
            + " the server's libtorch",
        failure);
  }

  private static boolean raisedByScript(String message) {
    return message.contains("builtins.");
  }

  private static String shown(String sentence) {
    return sentence.length() > LONGEST_SENTENCE || PATH_OR_SOURCE.matcher(sentence).find()
        ? ""
        : ": " + sentence;
  }

  /** The last line that says something, which is libtorch's own sentence; before it come traces. */
  static String lastLine(String message) {
    String[] lines = message.strip().split("\\R");
    String last = "";
    for (int i = lines.length - 1; i >= 0 && last.isEmpty(); i--) {
      last = lines[i].strip();
    }
    Matcher errorClass = ERROR_CLASS.matcher(last);
    return errorClass.find() ? last.substring(errorClass.end()) : last;
  }
}
