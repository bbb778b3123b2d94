package io.github.vertexj.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.StartException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells what ONNX Runtime's failures mean: too little memory, a lost device, inputs that the model
 * cannot take, or something else.
 *
 * <p>The messages hold the library's source files and the model's path, so callers are shown none
 * of it but an operator's own sentence.
 */
final class OnnxFailures {
  private static final Pattern OUT_OF_MEMORY =
      any(
          "failed to allocate memory",
          "out of memory",
          "bad_alloc",
          "bad allocation",
          "available memory of \\d+ is smaller than requested",
          "CUDA failure 2:",
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
          "CUDA-capable device\\S* \\S+ busy or unavailable",
          "no CUDA-capable device is detected",
          "context is destroyed",
          "driver shutting down",
          "CUDNN_STATUS_EXECUTION_FAILED",
          "CUBLAS_STATUS_EXECUTION_FAILED",
          "GPU (is lost|has fallen off the bus)");
  private static final Pattern WRONG_INPUT =
      any(
          "cannot be reshaped",
          "cannot broadcast",
          "attempting to broadcast",
          "incompatible dimensions",
          "dimension.{0,20} mismatch",
          "mismatched dimensions",
          "dimensions? must match",
          "must be equal",
          "must have (the same|equal)",
          "out of (data )?bounds",
          "out of range",
          "not equal to (kernel|the) ",
          "must be \\d+-?D",
          "invalid (input )?(shape|rank|dimension)",
          "cannot split",
          "cannot squeeze",
          "is not divisible");

  /** The codes of an argument that was refused, by the session or by an operator. */
  private static final Set<OrtErrorCode> REFUSED = Set.of(OrtErrorCode.ORT_INVALID_ARGUMENT);

  private static final Pattern CODE = Pattern.compile("^Error code - \\w+ - message: ");
  private static final Pattern STATUS = Pattern.compile("Status Message: ");

  /** How an operator's failure begins: the source's file and line, the function, the condition. */
  private static final Pattern SOURCE =
      Pattern.compile(
          "^\\S+\\.(h|cc|cpp|cu|cuh):\\d+ (.* was false\\.|.*[)\\]])\\s+(?=\\w)", Pattern.DOTALL);

  private static final Pattern PATH_OR_SOURCE =
      Pattern.compile("[/\\\\]|\\.(cc|h|cpp|cu)\\b|onnxruntime|[\"<>]|::");
  private static final int LONGEST_SENTENCE = 200;

  private OnnxFailures() {}

  private static Pattern any(String... parts) {
    return Pattern.compile(String.join("|", parts), Pattern.CASE_INSENSITIVE);
  }

  /**
   * Returns what to throw for a failed call.
   *
   * @param instance the types and shapes of one of the batch's, shown to its sender
   */
  static RuntimeException call(OrtException failure, String instance) {
    String message = String.valueOf(failure.getMessage());
    String sentence = sentence(message);
    if (failure.getCode() == OrtErrorCode.ORT_DEVICE_RESET || DEVICE_LOST.matcher(message).find()) {
      return new DeviceLostException("the GPU failed: " + sentence, failure);
    }
    if (OUT_OF_MEMORY.matcher(message).find()) {
      return new OutOfMemoryException("out of memory: " + sentence, failure);
    }
    if (REFUSED.contains(failure.getCode()) || WRONG_INPUT.matcher(sentence).find()) {
      InvalidInputException invalid =
          new InvalidInputException(
              "the model cannot take an instance of " + instance + shown(sentence));
      invalid.initCause(failure);
      return invalid;
    }
    return new IllegalStateException(sentence, failure);
  }

  private static String shown(String sentence) {
    return sentence.isEmpty()
            || sentence.length() > LONGEST_SENTENCE
            || PATH_OR_SOURCE.matcher(sentence).find()
        ? ""
        : ": " + sentence;
  }

  /** What the operator or the session itself says, in one line. */
  static String sentence(String message) {
    String text = CODE.matcher(message).replaceFirst("");
    Matcher status = STATUS.matcher(text);
    int start = 0;
    while (status.find()) {
      start = status.end();
    }
    text = text.substring(start).strip();
    text = SOURCE.matcher(text).replaceFirst("");
    return text.replace(" Please fix either the inputs/outputs or the model.", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  /** Returns what to throw for a file that ONNX Runtime refuses, in one line. */
  static StartException load(Path file, OrtException failure) {
    String message = String.valueOf(failure.getMessage());
    String rule =
        switch (failure.getCode()) {
          case ORT_INVALID_PROTOBUF, ORT_NO_MODEL ->
              "it is no ONNX file or was cut off; copy it again";
          case ORT_INVALID_GRAPH, ORT_NOT_IMPLEMENTED ->
              "export it with operators and an opset that ONNX Runtime has";
          default ->
              "export it again, with an opset that ONNX Runtime has and external data beside it";
        };
    return new StartException(
        file + " cannot be loaded by ONNX Runtime (" + loadSentence(message, file) + "); " + rule,
        failure);
  }

  private static String loadSentence(String message, Path file) {
    String text = CODE.matcher(message).replaceFirst("");
    text =
        text.replaceFirst("^Load model from .*? failed:", "")
            .replaceFirst("^Exception during \\w+: ", "")
            .replace(file.toString(), "");
    return SOURCE.matcher(text.strip()).replaceFirst("").replaceAll("\\s+", " ").strip();
  }
}
