package io.github.vertexj.proof;

import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;

/**
 * Whether two answers are the same but for rounding.
 *
 * <p>Floating-point numbers may differ by a part of the largest of their output, since an operator
 * sums in another order when its batch has another size; all other numbers must be equal. NaN
 * equals NaN.
 *
 * @param tolerance the part of the largest number by which others may differ
 */
record Nearness(double tolerance) {

  /** Whether two outputs agree in structure, shapes and numbers. */
  boolean near(Output one, Output other) {
    if (one instanceof Output.One first && other instanceof Output.One second) {
      double scale = Math.max(scale(first.tensor()), scale(second.tensor()));
      return sameKind(first.tensor(), second.tensor())
          && difference(first.tensor(), second.tensor(), scale) == 0;
    }
    if (one instanceof Output.Several first && other instanceof Output.Several second) {
      if (!first.sameForm(second)) {
        return false;
      }
      for (int i = 0; i < first.parts().size(); i++) {
        if (!near(first.parts().get(i), second.parts().get(i))) {
          return false;
        }
      }
      return true;
    }
    return one instanceof Output.Nothing && other instanceof Output.Nothing;
  }

  static boolean sameKind(Tensor one, Tensor other) {
    return one.type() == other.type() && one.shape().equals(other.shape());
  }

  /** The largest finite number of a tensor, without its sign. */
  static double scale(Tensor tensor) {
    double largest = 0;
    for (int i = 0; i < tensor.elements(); i++) {
      double number = Math.abs(tensor.number(i));
      largest = number > largest && Double.isFinite(number) ? number : largest;
    }
    return largest;
  }

  /** The largest difference of two tensors of one kind beyond rounding; 0 if there is none. */
  double difference(Tensor one, Tensor other, double scale) {
    double allowed = one.type().floating() ? tolerance * scale : 0;
    double largest = 0;
    for (int i = 0; i < one.elements(); i++) {
      double difference = difference(one, other, i);
      largest = difference > allowed && difference > largest ? difference : largest;
    }
    return largest;
  }

  private static double difference(Tensor one, Tensor other, int index) {
    if (one.type() == TensorType.INT64) { // beyond 2^53 doubles are too coarse
      return one.integer(index) == other.integer(index)
          ? 0
          : Math.max(1, Math.abs(one.number(index) - other.number(index)));
    }
    double first = one.number(index);
    double second = other.number(index);
    if (Double.compare(first, second) == 0 || first == second) {
      return 0;
    }
    double difference = Math.abs(first - second);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }
}
