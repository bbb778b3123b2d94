package io.github.vertexj.proof;

import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a prediction of an instance's part of the outputs: nesting is flattened, and what has no
 * value is left out.
 *
 * <p>A tensor alone gives a single one. Outputs have names as soon as one of them has: those inside
 * of others are called {@code outer.inner}, and one that has no name by its place. So have those
 * that come after an output without a value.
 */
final class Predictions {
  private final List<String> names = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private boolean named;
  private boolean gap;

  private Predictions() {}

  static Tensors of(Output part) {
    if (part instanceof Output.One one) {
      return Tensors.of(one.tensor());
    }
    Predictions predictions = new Predictions();
    Output outer = part;
    for (Output only = onlySeveral(outer); only != null; only = onlySeveral(outer)) {
      outer = only; // such as detections beside losses that nobody asked for
    }
    predictions.collect("", outer);
    return predictions.named
        ? Tensors.named(predictions.names, predictions.tensors)
        : Tensors.ordered(predictions.tensors);
  }

  /** The only part that holds anything, if that holds several itself and has no name here. */
  private static Output.@Nullable Several onlySeveral(Output output) {
    if (!(output instanceof Output.Several several) || several.form() == Output.Form.NAMED) {
      return null;
    }
    List<Output> held = several.parts().stream().filter(Predictions::holds).toList();
    boolean others = held.size() < several.parts().size();
    return others && held.size() == 1 && held.get(0) instanceof Output.Several only ? only : null;
  }

  private static boolean holds(Output output) {
    return output instanceof Output.One
        || (output instanceof Output.Several several
            && several.parts().stream().anyMatch(Predictions::holds));
  }

  private void collect(String name, Output output) {
    if (output instanceof Output.One one) {
      named |= gap;
      names.add(name);
      tensors.add(one.tensor());
    } else if (output instanceof Output.Several several) {
      named |= several.form() == Output.Form.NAMED && !several.parts().isEmpty();
      for (int i = 0; i < several.parts().size(); i++) {
        collect(several.name(name, i), several.parts().get(i));
      }
    } else {
      gap = true;
    }
  }
}
