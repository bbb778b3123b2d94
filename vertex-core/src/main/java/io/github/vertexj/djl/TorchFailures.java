package io.github.vertexj.djl;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
          "CUDA-capable device\\S* \\S+ busy or unavailable",
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
  private static final Pattern WRONG_TYPE =
      any(
          "not implemented for '\\w+'",
          "expected .*(scalar type|dtype)",
          "same dtype",
          "type \\(\\S+\\) should be the same",
          "only supported on .* types?",
          "to have one of the following scalar types",
          "expected object of (scalar )?type");

  /** What only the passes for inference write into a file. */
  private static final Pattern OPTIMIZED =
      any(
          "mkldnn",
          "to_mkldnn",
          "MKLDNN",
          "prim::ConstantMKLDNN",
          "ops.mkldnn",
          "OpaqueTensorImpl");

  private static final Pattern HALF_PRECISION = Pattern.compile("\\b(Half|BFloat16)\\b");
  private static final String PRECISION_RULE =
      "; %s in serving.properties must say what the model's weights were saved in: fp16 after"
              .formatted(TorchSettings.DTYPE)
          + " half(), bf16 after bfloat16(), else fp32";
  private static final Pattern MISSING_NAME = Pattern.compile("KeyError: '?(\\w{1,64})'?");

  /** How TorchScript marks what the model's own code raises. */
  private static final String RAISED_BY_SCRIPT = "\nbuiltins.";

  private static final Pattern PATH_OR_SOURCE = Pattern.compile("[/\\\\]|\\.py\\b|~~~|[\"<>{}]");
  private static final Pattern END_OF_TRACE =
      Pattern.compile("^(RuntimeError|builtins\\.\\w+): ", Pattern.MULTILINE);
  private static final int LONGEST_SENTENCE = 200;

  private TorchFailures() {}

  private static Pattern any(String... parts) {
    return Pattern.compile(String.join("|", parts), Pattern.CASE_INSENSITIVE);
  }

  /**
   * Returns what to throw for a failed call.
   *
   * @param instance one of the batch's; its types and shapes are shown to who sent a wrong one
   * @param typeChosen whether its caller chose the types of its elements, and not the server
   */
  static RuntimeException call(RuntimeException failure, Tensors instance, boolean typeChosen) {
    String message = String.valueOf(failure.getMessage());
    String statement = statement(message);
    String sentence = firstLine(statement);
    if (DEVICE_LOST.matcher(statement).find()) {
      return new DeviceLostException("the GPU failed: " + sentence, failure);
    }
    if (OUT_OF_MEMORY.matcher(statement).find()) {
      return new OutOfMemoryException("out of memory: " + sentence, failure);
    }
    if (message.contains(RAISED_BY_SCRIPT)) {
      return failure;
    }
    if (WRONG_SHAPE.matcher(sentence).find()) {
      return invalid(
          "the model cannot take an instance" + described(instance) + shown(sentence), failure);
    }
    Matcher missing = MISSING_NAME.matcher(sentence);
    if (instance.form() == Tensors.Form.NAMED && missing.matches()) {
      return invalid("the model's input " + missing.group(1) + " is missing", failure);
    }
    if (typeChosen && WRONG_TYPE.matcher(sentence).find()) {
      return invalid(
          "the model cannot take an instance" + described(instance) + shown(sentence), failure);
    }
    return WRONG_TYPE.matcher(sentence).find()
        ? new IllegalStateException(sentence + typeRule(sentence, instance), failure)
        : failure;
  }

  private static String typeRule(String sentence, Tensors instance) {
    return HALF_PRECISION.matcher(sentence).find()
        ? PRECISION_RULE
        : "; if the model does not want an instance"
            + described(instance)
            + ", set option.inputs in serving.properties";
  }

  /** Whether a failed call was told to come from the precision, whatever the shapes. */
  static boolean wrongPrecision(RuntimeException failure) {
    return String.valueOf(failure.getMessage()).endsWith(PRECISION_RULE);
  }

  private static InvalidInputException invalid(String sentence, RuntimeException cause) {
    InvalidInputException invalid = new InvalidInputException(sentence);
    invalid.initCause(cause);
    return invalid;
  }

  private static String described(Tensors instance) {
    List<String> tensors = new ArrayList<>();
    for (int i = 0; i < instance.size(); i++) {
      Tensor tensor = instance.get(i);
      String name = instance.form() == Tensors.Form.NAMED ? instance.names().get(i) : "";
      tensors.add(new TensorSpec(name, tensor.type(), tensor.shape()).toString());
    }
    return tensors.isEmpty() ? "" : " of " + String.join(", ", tensors);
  }

  /** Returns what to throw for a file that libtorch refuses, in one line. */
  static StartException load(Path file, Exception failure) {
    String statement = statement(String.valueOf(failure.getMessage()));
    boolean optimized = OPTIMIZED.matcher(String.valueOf(failure.getMessage())).find();
    return new StartException(
        file
            + " cannot be loaded as TorchScript ("
            + firstLine(statement)
            + "); "
            + (optimized
                ? "it was saved after torch.jit.optimize_for_inference, which writes operators of that"
                    + " one machine's PyTorch: save the model without it"
                : "save it with torch.jit.script or torch.jit.trace of a PyTorch not newer than the"
                    + " server's libtorch"),
        failure);
  }

  /** A sentence that callers may see, after a colon; empty if they may not. */
  static String shown(String sentence) {
    return sentence.length() > LONGEST_SENTENCE || PATH_OR_SOURCE.matcher(sentence).find()
        ? ""
        : ": " + sentence;
  }

  /** What libtorch itself says: of a script's failure the part after the traces. */
  static String statement(String message) {
    Matcher end = END_OF_TRACE.matcher(message);
    int start = 0;
    while (end.find()) {
      start = end.end();
    }
    return message.substring(start).strip();
  }

  private static String firstLine(String statement) {
    return statement.split("\\R", 2)[0].strip();
  }
}
