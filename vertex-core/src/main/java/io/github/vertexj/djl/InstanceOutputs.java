package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.StackBatchifier;
import java.util.List;

/** The part of a forward's outputs that each instance's translator gets. */
final class InstanceOutputs {
  private InstanceOutputs() {}

  /**
   * The outputs as a translator knows them: nesting flattened, with names if it is a dictionary.
   */
  static NDList flat(TorchScript.Answer answer) {
    NDList outputs = new NDList();
    boolean named =
        answer instanceof TorchScript.Answer.Several several && !several.names().isEmpty();
    collect("", answer, named, outputs);
    return outputs;
  }

  private static void collect(
      String name, TorchScript.Answer answer, boolean named, NDList outputs) {
    if (answer instanceof TorchScript.Answer.One one) {
      NDArray output = one.tensor();
      if (named) {
        output.setName(name);
      }
      outputs.add(output);
    } else if (answer instanceof TorchScript.Answer.Several several) {
      for (int i = 0; i < several.parts().size(); i++) {
        String own = several.names().isEmpty() ? Integer.toString(i) : several.names().get(i);
        collect(name.isEmpty() ? own : name + "." + own, several.parts().get(i), named, outputs);
      }
    } else if (answer instanceof TorchScript.Answer.Numbers) {
      throw new IllegalStateException(
          "the model's output is a Python number, and a translator takes tensors; change what"
              + " forward returns");
    }
  }

  /**
   * Splits the outputs of several instances.
   *
   * @throws IllegalStateException if an output does not have a row for each
   */
  static List<NDList> of(NDList outputs, int count, Batchifier batchifier) {
    if (count == 1 && batchifier instanceof StackBatchifier) {
      return List.of(only(outputs));
    }
    if (count > 1) {
      requireRows(outputs, count);
    }
    NDList[] split = batchifier.unbatchify(outputs);
    if (split.length != count) {
      throw new IllegalStateException(
          "the translator's batchifier made %d parts of the outputs of %d instances"
              .formatted(split.length, count));
    }
    return List.of(split);
  }

  /** What an instance alone gets: each output without the first dimension if that is 1. */
  private static NDList only(NDList outputs) {
    NDList only = new NDList(outputs.size());
    for (NDArray output : outputs) {
      NDArray part =
          output.getShape().dimension() > 0 && output.getShape().get(0) == 1
              ? output.squeeze(0)
              : output;
      part.setName(output.getName());
      only.add(part);
    }
    return only;
  }

  /**
   * Checks that each output has a row for each instance.
   *
   * @throws IllegalStateException naming the one that has not
   */
  static void requireRows(NDList outputs, int count) {
    for (int i = 0; i < outputs.size(); i++) {
      NDArray output = outputs.get(i);
      String name = output.getName() == null ? Integer.toString(i) : output.getName();
      if (output.getShape().dimension() == 0 || output.getShape().get(0) != count) {
        throw new IllegalStateException(
            "the model's output '%s' has the shape %s for %d instances: its first dimension must be"
                    .formatted(name, output.getShape(), count)
                + " the batch, "
                + count);
      }
    }
  }
}
