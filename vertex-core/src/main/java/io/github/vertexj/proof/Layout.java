package io.github.vertexj.proof;

import io.github.vertexj.Shape;
import io.github.vertexj.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the instances of a batch are in an output.
 *
 * <p>What an instance gets is what the model answers to it alone, without the first dimension if
 * that is the batch of one; a layout says where the same lies in the answer to several.
 */
sealed interface Layout {

  /** The rows of the first dimension. */
  static Layout rows() {
    return new Rows();
  }

  /** What the instance gives alone; nothing is known of batches. */
  static Layout byItself() {
    return new ByItself();
  }

  /** The rows of the first dimension, in every tensor. */
  static Layout assumedRows() {
    return new AssumedRows();
  }

  /**
   * Takes an instance's part of an output.
   *
   * @param name of the output, for what is thrown
   * @param index the instance's place in the batch
   * @param count the instances of the batch
   * @throws UnfitOutputException if the output is not of this layout
   */
  Output take(Output output, String name, int index, int count);

  /** The rows of a tensor's first dimension. */
  record Rows() implements Layout {
    @Override
    public Output take(Output output, String name, int index, int count) {
      Tensor tensor = tensor(output, name);
      if (tensor.shape().rank() == 0 || tensor.shape().dimension(0) != count) {
        throw UnfitOutputException.rows(name, tensor, count);
      }
      return new Output.One(tensor.row(index));
    }
  }

  /** The rows of a tensor's first dimension, which is not there for one instance alone. */
  record Squeezed(int rank) implements Layout {
    @Override
    public Output take(Output output, String name, int index, int count) {
      Tensor tensor = tensor(output, name);
      return count == 1 && tensor.shape().rank() == rank
          ? output
          : rows().take(output, name, index, count);
    }
  }

  /** The slices of another dimension of a tensor, which keep it. */
  record Along(int axis) implements Layout {
    @Override
    public Output take(Output output, String name, int index, int count) {
      Tensor tensor = tensor(output, name);
      if (tensor.shape().rank() <= axis || tensor.shape().dimension(axis) != count) {
        throw UnfitOutputException.along(name, tensor, axis, count);
      }
      return count == 1 ? output : new Output.One(slice(tensor, axis, index));
    }
  }

  /** The elements of a list, one for each instance. */
  record Each() implements Layout {
    @Override
    public Output take(Output output, String name, int index, int count) {
      if (!(output instanceof Output.Several list) || list.parts().size() != count) {
        throw UnfitOutputException.list(name, output, count);
      }
      return list.parts().get(index);
    }
  }

  /** Several outputs of a layout each. */
  record Parts(List<Layout> layouts) implements Layout {
    @Override
    public Output take(Output output, String name, int index, int count) {
      if (!(output instanceof Output.Several several) || several.parts().size() != layouts.size()) {
        throw UnfitOutputException.structure(name);
      }
      List<Output> taken = new ArrayList<>(layouts.size());
      for (int i = 0; i < layouts.size(); i++) {
        Output part = several.parts().get(i);
        taken.add(layouts.get(i).take(part, several.name(name, i), index, count));
      }
      return new Output.Several(several.form(), several.names(), taken);
    }
  }

  /** All of a tensor; only for one instance alone. */
  record Whole() implements Layout {
    @Override
    public Output take(Output output, String name, int index, int count) {
      tensor(output, name);
      return output;
    }
  }

  /** No value for any instance. */
  record None() implements Layout {
    @Override
    public Output take(Output output, String name, int index, int count) {
      if (!(output instanceof Output.Nothing)) {
        throw UnfitOutputException.structure(name);
      }
      return output;
    }
  }

  /** See {@link Layout#byItself()}. */
  record ByItself() implements Layout {
    @Override
    public Output take(Output output, String name, int index, int count) {
      if (count != 1) {
        throw new IllegalArgumentException("one instance a call, not " + count);
      }
      if (output instanceof Output.One one) {
        Shape shape = one.tensor().shape();
        return shape.rank() > 0 && shape.dimension(0) == 1
            ? new Output.One(one.tensor().row(0))
            : output;
      }
      if (!(output instanceof Output.Several several)) {
        return output;
      }
      Output only = only(several);
      if (only != null) {
        return only;
      }
      List<Output> taken = new ArrayList<>(several.parts().size());
      several.parts().forEach(part -> taken.add(take(part, name, index, count)));
      return new Output.Several(several.form(), several.names(), taken);
    }

    /** What a list holds for the only image, as those of detections do; null for all else. */
    static @Nullable Output only(Output.Several several) {
      return several.form() == Output.Form.LIST
              && several.parts().size() == 1
              && several.parts().get(0) instanceof Output.Several only
          ? only
          : null;
    }
  }

  /** See {@link Layout#assumedRows()}. */
  record AssumedRows() implements Layout {
    @Override
    public Output take(Output output, String name, int index, int count) {
      if (output instanceof Output.Nothing) {
        return output;
      }
      if (!(output instanceof Output.Several several)) {
        return rows().take(output, name, index, count);
      }
      boolean each =
          several.form() == Output.Form.LIST
              && several.parts().size() == count
              && several.parts().stream().allMatch(Output.Several.class::isInstance);
      if (each) {
        return several.parts().get(index);
      }
      List<Output> taken = new ArrayList<>(several.parts().size());
      for (int i = 0; i < several.parts().size(); i++) {
        taken.add(take(several.parts().get(i), several.name(name, i), index, count));
      }
      return new Output.Several(several.form(), several.names(), taken);
    }
  }

  private static Tensor tensor(Output output, String name) {
    if (output instanceof Output.One one) {
      return one.tensor();
    }
    throw UnfitOutputException.structure(name);
  }

  /** A copy of one slice, whose dimension is 1. */
  private static Tensor slice(Tensor tensor, int axis, int index) {
    int[] dimensions = tensor.shape().toArray();
    int outer = 1;
    int inner = tensor.type().bytes();
    for (int i = 0; i < dimensions.length; i++) {
      outer *= i < axis ? dimensions[i] : 1;
      inner *= i > axis ? dimensions[i] : 1;
    }
    byte[] bytes = new byte[outer * inner];
    var source = tensor.bytes();
    for (int i = 0; i < outer; i++) {
      source.get((i * dimensions[axis] + index) * inner, bytes, i * inner, inner);
    }
    dimensions[axis] = 1;
    return Tensor.view(tensor.type(), Shape.of(dimensions), bytes, 0);
  }

  /** The candidates for a tensor that has so many dimensions when an instance is alone. */
  static List<Layout> candidates(int rankAlone) {
    List<Layout> candidates = new ArrayList<>(List.of(rows(), new Squeezed(rankAlone)));
    for (int axis = 1; axis < rankAlone; axis++) {
      candidates.add(new Along(axis));
    }
    return candidates;
  }

  /** The layout that gives the same of an instance alone. */
  default Layout alone() {
    if (this instanceof Parts parts) {
      return new Parts(parts.layouts().stream().map(Layout::alone).toList());
    }
    return this instanceof Squeezed || this instanceof Along ? new Whole() : this;
  }

  /** Takes, or returns null if the output is not of this layout. */
  default @Nullable Output takeIfFit(Output output, int index, int count) {
    try {
      return take(output, "", index, count);
    } catch (UnfitOutputException e) {
      return null;
    }
  }
}
