package io.github.vertexj.proof;

import io.github.vertexj.Tensor;

/** Says that an output does not hold what it should for the instances of a call. */
final class UnfitOutputException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private UnfitOutputException(String message) {
    super(message);
  }

  static UnfitOutputException rows(String name, Tensor tensor, int count) {
    return new UnfitOutputException(
        "%s has the shape %s for %d instance%s: its first dimension must be the batch, %d"
            .formatted(label(name), tensor.shape(), count, count == 1 ? "" : "s", count));
  }

  static UnfitOutputException along(String name, Tensor tensor, int axis, int count) {
    return new UnfitOutputException(
        "%s has the shape %s for %d instances: its dimension %d must be the batch, %d"
            .formatted(label(name), tensor.shape(), count, axis, count));
  }

  static UnfitOutputException list(String name, Output output, int count) {
    String found =
        output instanceof Output.Several several
            ? several.parts().size() + " elements"
            : "no elements";
    return new UnfitOutputException(
        "%s has %s for %d instances: it must be a list of one for each"
            .formatted(label(name), found, count));
  }

  static UnfitOutputException structure(String name) {
    return new UnfitOutputException(
        label(name) + " has another structure than it had when the model was started");
  }

  static String label(String name) {
    return name.isEmpty() ? "the model's output" : "the model's output '" + name + "'";
  }
}
