package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes of element types around a forward: floating-point inputs to the precision that the model
 * computes in, outputs of half precision and other types that DJL cannot read to float32 or int32.
 *
 * <p>DJL ends the process when it is asked for a bfloat16, or to bring a tensor of a type that it
 * has no name for from a GPU. So a script of ours does the casts, each on the tensor's own device.
 * Inputs travel there as float32: half the bytes would save about what it costs to cast them on the
 * host, which is one more pass over the batch (1.2 ms for 32 images of 3 × 224 × 224).
 *
 * <p>Thread-safe.
 */
final class Casts {
  private static final String SCRIPT = "casts.pt";
  private static final String WIDENED = "widened";
  private static final String NONE = "none";

  private final NDManager model;
  private final Precision precision;
  private @Nullable Block script;

  /**
   * Creates what casts for a model.
   *
   * @param model the model's manager, as long as which the script lives
   */
  Casts(NDManager model, Precision precision) {
    this.model = model;
    this.precision = precision;
  }

  /** The arguments as the model takes them. */
  List<TorchScript.Argument> inputs(List<TorchScript.Argument> arguments, NDManager manager) {
    if (precision == Precision.FP32) {
      return arguments;
    }
    List<TorchScript.Argument> cast = new ArrayList<>(arguments.size());
    for (TorchScript.Argument argument : arguments) {
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      argument
          .tensors()
          .forEach((name, tensor) -> tensors.put(name, run(precision.text(), tensor, manager)));
      cast.add(argument.with(tensors));
    }
    return cast;
  }

  /**
   * The answer in types that DJL can read.
   *
   * @throws IllegalStateException naming an output that cannot be had in one
   */
  TorchScript.Answer outputs(TorchScript.Answer answer, NDManager manager) {
    return outputs("", answer, manager);
  }

  private TorchScript.Answer outputs(String name, TorchScript.Answer answer, NDManager manager) {
    if (answer instanceof TorchScript.Answer.One one) {
      DataType type = one.tensor().getDataType();
      return type == DataType.FLOAT16 || type == DataType.UNKNOWN
          ? new TorchScript.Answer.One(widened(name, one.tensor(), manager))
          : one;
    }
    if (!(answer instanceof TorchScript.Answer.Several several)) {
      return answer;
    }
    List<TorchScript.Answer> parts = new ArrayList<>(several.parts().size());
    for (int i = 0; i < several.parts().size(); i++) {
      String own = several.names().isEmpty() ? Integer.toString(i) : several.names().get(i);
      String path = name.isEmpty() ? own : name + "." + own;
      parts.add(outputs(path, several.parts().get(i), manager));
    }
    return new TorchScript.Answer.Several(several.form(), several.names(), parts);
  }

  private NDArray widened(String name, NDArray tensor, NDManager manager) {
    NDArray widened = run(WIDENED, tensor, manager);
    if (widened.getDataType() == DataType.UNKNOWN) {
      throw OutputTensors.unservable(name);
    }
    return widened;
  }

  /** A new None. */
  IValue none() {
    return TorchScript.run(script(), NONE);
  }

  private NDArray run(String method, NDArray tensor, NDManager manager) {
    List<TorchScript.Argument> argument = List.of(TorchScript.Argument.of(tensor));
    TorchScript.Answer answer = TorchScript.run(script(), method, argument, manager, this::none);
    return ((TorchScript.Answer.One) answer).tensor();
  }

  /** The script, loaded when it is first needed: most models do without, and start sooner. */
  private synchronized Block script() {
    if (script == null) {
      script = TorchScript.load(Casts.class, SCRIPT, model);
    }
    return script;
  }
}
